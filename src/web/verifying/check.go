// go mod init check && go get golang.org/x/mod && go run check.go
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const key = "{key}"

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func get(path string) []byte {
	answer := must(http.Get("{url}/v1/ledger/" + path))
	defer answer.Body.Close()
	return must(io.ReadAll(answer.Body))
}

type tiles struct{}

func (tiles) Height() int                     { return 8 }
func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (tiles) ReadTiles(wanted []tlog.Tile) (all [][]byte, err error) {
	for _, tile := range wanted {
		all = append(all, get("tile/"+strings.TrimPrefix(tile.Path(), "tile/8/")))
	}
	return all, nil
}

func open(signed []byte) tlog.Tree {
	keys := note.VerifierList(must(note.NewVerifier(key)))
	text := must(note.Open(signed, keys)).Text
	_, rest, _ := strings.Cut(text, "\n")
	return must(tlog.ParseTree([]byte("go.sum database tree\n" + rest)))
}

func main() {
	signed := get("checkpoint")
	tree := open(signed)
	hashes := tlog.TileHashReader(tree, tiles{})
	leaves := make([]int64, tree.N)
	for n := range leaves {
		leaves[n] = tlog.StoredHashIndex(0, int64(n))
	}
	must(hashes.ReadHashes(leaves))
	if kept, err := os.ReadFile("checkpoint"); err == nil {
		old := open(kept)
		proof := must(tlog.ProveTree(tree.N, old.N, hashes))
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
			panic(err)
		}
	}
	os.WriteFile("checkpoint", signed, 0o644)
	fmt.Println("OK", tree.N)
}
