// Verifies the public ledger over HTTP with the note and tlog packages of Go's own checksum database
// (golang.org/x/mod/sumdb): nothing that decides here was written for this project.
//
//	GOPATH=/usr/share/gocode GO111MODULE=off go run verify.go -url https://host/v1/ledger -key VKEY
//
// -key is a verifier key that must have signed the checkpoint, -old a file with an earlier checkpoint and
// -old-key a key that may have signed it (else -key), -index a leaf of interest; each may be given several
// times. Checked are: the signatures; the root, made of every entry; every tile of hashes against the entries;
// proofs of inclusion and of consistency, those made from the tiles and those the server makes (JSON and C2SP
// tlog-proof); earlier checkpoints and the partial tiles of their time.
// Exit code 0 and a line of JSON: all of it holds. 1: the reason is on stderr.
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8 // C2SP tiles hold 2^8 hashes

type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

var base string
var client = &http.Client{
	Timeout: 30 * time.Second,
	// Hashes do not compress.
	Transport: &http.Transport{DisableCompression: true},
}

func get(path string) ([]byte, error) {
	answer, err := client.Get(base + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != 200 {
		err = fmt.Errorf("%s: %s", path, answer.Status)
	}
	return body, err
}

// c2sp turns Go's tile/8/0/x001/234.p/5 and tile/8/data/… into tile/0/x001/234.p/5 and tile/entries/….
func c2sp(t tlog.Tile) string {
	path := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", height))
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

// tiles reads tiles over HTTP and keeps those that tlog found to be right.
type tiles map[string][]byte

func (tiles) Height() int { return height }

func (kept tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range wanted {
		data, ok := kept[t.Path()]
		if !ok {
			var err error
			if data, err = get(c2sp(t)); err != nil {
				return nil, err
			}
		}
		all = append(all, data)
	}
	return all, nil
}

func (kept tiles) SaveTiles(right []tlog.Tile, data [][]byte) {
	for i, t := range right {
		kept[t.Path()] = data[i]
	}
}

// open checks a checkpoint's signatures, all those of the keys given when all are required, and reads it.
func open(signed []byte, keys []note.Verifier, all bool) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(keys...))
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("checkpoint: %w", err)
	}
	if all && len(opened.Sigs) != len(keys) {
		return tlog.Tree{}, fmt.Errorf("checkpoint: %d of %d keys signed", len(opened.Sigs), len(keys))
	}
	origin, rest, _ := strings.Cut(opened.Text, "\n")
	if origin != keys[0].Name() {
		return tlog.Tree{}, fmt.Errorf("checkpoint: of %q, not of %q", origin, keys[0].Name())
	}
	// ParseTree knows one origin only: that of Go's own log.
	return tlog.ParseTree([]byte("go.sum database tree\n" + rest))
}

func hashes(texts []string) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, text := range texts {
		hash, err := tlog.ParseHash(text)
		if err != nil {
			return nil, err
		}
		all = append(all, hash)
	}
	return all, nil
}

// built is a tree made of the entries alone.
type built []tlog.Hash

func (b built) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, n := range indexes {
		if n >= int64(len(b)) {
			return nil, fmt.Errorf("no hash %d yet", n)
		}
		found = append(found, b[n])
	}
	return found, nil
}

// entries makes the tree of all entries, and checks the root and every tile against it. So nothing hangs on
// TileHashReader, which before x/mod 0.40.0 took some tiles for proven that were not (CVE-2026-56865).
func entries(tree tlog.Tree) (own built, leaves []tlog.Hash, err error) {
	for n := int64(0); n < tree.N; {
		width := tree.N - n
		if width > 1<<height {
			width = 1 << height
		}
		path := c2sp(tlog.Tile{H: height, L: -1, N: n >> height, W: int(width)})
		data, err := get(path)
		if err != nil {
			return nil, nil, err
		}
		for end := n + width; n < end; n++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return nil, nil, fmt.Errorf("%s: cut short", path)
			}
			length := 2 + int(binary.BigEndian.Uint16(data))
			hashes, err := tlog.StoredHashes(n, data[2:length], own)
			if err != nil {
				return nil, nil, err
			}
			own, leaves, data = append(own, hashes...), append(leaves, hashes[0]), data[length:]
		}
		if len(data) > 0 {
			return nil, nil, fmt.Errorf("%s: bytes after the last entry", path)
		}
	}
	root, err := tlog.TreeHash(tree.N, own)
	if err != nil {
		return nil, nil, err
	}
	if root != tree.Hash {
		return nil, nil, errors.New("the entries do not lead to the root")
	}
	for level, count := 0, tree.N; count > 0; level, count = level+1, count>>height {
		for n := int64(0); n<<height < count; n++ {
			tile := tlog.Tile{H: height, L: level, N: n, W: 1 << height}
			if count-n<<height < 1<<height {
				tile.W = int(count - n<<height)
			}
			wanted, err := tlog.ReadTileData(tile, own)
			if err != nil {
				return nil, nil, err
			}
			served, err := get(c2sp(tile))
			if err != nil {
				return nil, nil, err
			}
			if !bytes.Equal(served, wanted) {
				return nil, nil, fmt.Errorf("%s is not made of the entries", c2sp(tile))
			}
		}
	}
	return own, leaves, nil
}

// included checks that a leaf is in the tree: by a proof from the tiles, and by the server's.
func included(tree tlog.Tree, reader tlog.HashReader, index int64, leaf tlog.Hash) error {
	proof, err := tlog.ProveRecord(tree.N, index, reader)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf); err != nil {
		return fmt.Errorf("inclusion of %d from the tiles: %w", index, err)
	}
	body, err := get(fmt.Sprintf("proof?index=%d&size=%d", index, tree.N))
	if err != nil {
		return err
	}
	var served struct {
		Index, Size int64
		Leaf        json.RawMessage
		LeafHash    string `json:"leaf_hash"`
		Root        string
		Hashes      []string
	}
	if err := json.Unmarshal(body, &served); err != nil {
		return err
	}
	path, err := hashes(served.Hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(served.Leaf)); err != nil {
		return fmt.Errorf("inclusion of %d as served: %w", index, err)
	}
	if served.Index != index || served.Size != tree.N || served.Root != tree.Hash.String() ||
		served.LeafHash != leaf.String() {
		return fmt.Errorf("inclusion of %d as served: its members differ", index)
	}
	return nil
}

// proofFile checks a C2SP tlog-proof file: a leaf in the log, by the checkpoint that is in the file.
func proofFile(keys []note.Verifier, index int64, leaf tlog.Hash) error {
	body, err := get(fmt.Sprintf("proof?index=%d&format=tlog-proof", index))
	if err != nil {
		return err
	}
	head, signed, _ := strings.Cut(string(body), "\n\n")
	lines := strings.Split(head, "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != "index "+strconv.FormatInt(index, 10) {
		return errors.New("not a tlog-proof file of this leaf")
	}
	tree, err := open([]byte(signed), keys, true)
	if err != nil {
		return err
	}
	path, err := hashes(lines[2:])
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(path, tree.N, tree.Hash, index, leaf); err != nil {
		return fmt.Errorf("tlog-proof file of %d: %w", index, err)
	}
	return nil
}

// grew checks that the log of one size is a beginning of the other: from the tiles, and as served.
func grew(old, tree tlog.Tree, reader tlog.HashReader) error {
	proof, err := tlog.ProveTree(tree.N, old.N, reader)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return fmt.Errorf("consistency of %d with %d from the tiles: %w", old.N, tree.N, err)
	}
	body, err := get(fmt.Sprintf("consistency?from=%d&to=%d", old.N, tree.N))
	if err != nil {
		return err
	}
	var served struct {
		From, To int64
		FromRoot string `json:"from_root"`
		ToRoot   string `json:"to_root"`
		Hashes   []string
	}
	if err := json.Unmarshal(body, &served); err != nil {
		return err
	}
	path, err := hashes(served.Hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(path, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return fmt.Errorf("consistency of %d with %d as served: %w", old.N, tree.N, err)
	}
	if served.From != old.N || served.To != tree.N || served.FromRoot != old.Hash.String() ||
		served.ToRoot != tree.Hash.String() {
		return fmt.Errorf("consistency of %d with %d as served: its members differ", old.N, tree.N)
	}
	return nil
}

// places are first, last, edges of tiles and some more, below a size.
func places(size int64, more []int64, chance *rand.Rand) []int64 {
	wanted := append([]int64{0, 1, 254, 255, 256, 257, 511, 512, 65535, 65536}, more...)
	wanted = append(wanted, size-1, size-2, size&^255, size&^255-1)
	for i := 0; i < 20; i++ {
		wanted = append(wanted, chance.Int63n(size))
	}
	sort.Slice(wanted, func(a, b int) bool { return wanted[a] < wanted[b] })
	var some []int64
	for _, n := range wanted {
		if n >= 0 && n < size && (len(some) == 0 || some[len(some)-1] != n) {
			some = append(some, n)
		}
	}
	return some
}

func run() (map[string]int64, error) {
	var vkeys, oldKeys, olds, picked list
	flag.StringVar(&base, "url", "", "address of the log")
	flag.Var(&vkeys, "key", "verifier key that must have signed")
	flag.Var(&oldKeys, "old-key", "verifier key that may have signed earlier checkpoints")
	flag.Var(&olds, "old", "file with an earlier checkpoint")
	flag.Var(&picked, "index", "a leaf of interest")
	flag.Parse()
	verifiers := func(texts list) (all []note.Verifier, err error) {
		for _, text := range texts {
			verifier, err := note.NewVerifier(text)
			if err != nil {
				return nil, err
			}
			all = append(all, verifier)
		}
		return all, nil
	}
	keys, err := verifiers(vkeys)
	if err != nil {
		return nil, err
	}
	earlier, err := verifiers(oldKeys)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, errors.New("at least one -key")
	}
	if len(earlier) == 0 {
		earlier = keys
	}
	signed, err := get("checkpoint")
	if err != nil {
		return nil, err
	}
	tree, err := open(signed, keys, true)
	if err != nil {
		return nil, err
	}
	reader := tlog.TileHashReader(tree, tiles{})
	own, leaves, err := entries(tree)
	if err != nil {
		return nil, err
	}
	var more []int64
	for _, text := range picked {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, err
		}
		more = append(more, n)
	}
	chance := rand.New(rand.NewSource(24))
	some := places(tree.N, more, chance)
	for _, n := range some {
		if err := included(tree, reader, n, leaves[n]); err != nil {
			return nil, err
		}
		if err := proofFile(keys, n, leaves[n]); err != nil {
			return nil, err
		}
	}
	sizes := places(tree.N, more, chance)
	for _, n := range sizes {
		hash, err := tlog.TreeHash(n+1, own)
		if err != nil {
			return nil, err
		}
		old := tlog.Tree{N: n + 1, Hash: hash}
		if err := grew(old, tree, reader); err != nil {
			return nil, err
		}
	}
	for _, name := range olds {
		signed, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		old, err := open(signed, earlier, false)
		if err != nil {
			return nil, err
		}
		if err := grew(old, tree, reader); err != nil {
			return nil, err
		}
		// The partial tiles of that time are still there, and lead to the root of that time.
		before := tlog.TileHashReader(old, tiles{})
		for _, n := range places(old.N, more, chance) {
			if err := included(old, before, n, leaves[n]); err != nil {
				return nil, err
			}
		}
	}
	return map[string]int64{
		"size": tree.N, "inclusions": int64(len(some)), "consistencies": int64(len(sizes)), "earlier": int64(len(olds)),
	}, nil
}

func main() {
	done, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_ = json.NewEncoder(os.Stdout).Encode(done)
}
