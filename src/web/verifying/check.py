# pip install tlog-scales; python check.py
from os.path import exists
from tlog_scales.backend import HttpBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tlog import Checkpoint

KEY = "{key}"
log = TilesReader(HttpBackend("{url}/v1/ledger"))
new = log.get_checkpoint()
new.verify(Vkey.from_string(KEY))
log.set_size(new.size)
assert log.calculate_root_hash() == new.root_hash
if exists("checkpoint"):
    old = Checkpoint.from_text(open("checkpoint").read())
    grown = log.get_consistency_proof(old.size, new.size)
    grown.check(old.root_hash, new.root_hash)
open("checkpoint", "w").write(new.serialize())
print("OK", new.size)
