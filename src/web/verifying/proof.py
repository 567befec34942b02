# pip install tlog-scales; python proof.py FILE
import sys
from tlog_scales.backend import HttpBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tiles import leaf_hash
from tlog_scales.tlog import Checkpoint, InclusionProof
from tlog_scales.utils import b64dec

KEY = "{key}"
head, _, signed = open(sys.argv[1]).read().partition("\n\n")
_, line, *hashes = head.split("\n")
index = int(line.removeprefix("index "))
point = Checkpoint.from_text(signed)
point.verify(Vkey.from_string(KEY))
log = TilesReader(HttpBackend("{url}/v1/ledger"))
log.set_size(log.get_checkpoint().size)
leaf = log.get_entry(index)
proof = InclusionProof(index, point.size, list(map(b64dec, hashes)))
proof.check(leaf_hash(leaf), point.root_hash)
print("OK", index, leaf.decode())
