//! Checkpoints (C2SP tlog-checkpoint): what the log signs at a size; and proof files (C2SP
//! tlog-proof), which hold all that is needed to see a leaf in the log without asking anybody.

use base64::{Engine, engine::general_purpose::STANDARD};
use thiserror::Error;

use super::{
    decimal,
    note::{self, NoteError, NoteSigner, VerifierKey},
    proof::{self, ProofError},
    tree::{self, Hash},
};

/// The first line of a proof file.
const PROOF_HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Most hashes of a proof: the height of the highest tree.
const MAX_HASHES: usize = 64;

/// Why a checkpoint is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum CheckpointError {
    /// The text is not lines that each end with a newline and aren't empty, three at least.
    #[error("not the lines of a checkpoint")]
    Lines,
    /// The second line is not a size in its only decimal spelling.
    #[error("the size is not a decimal number without leading zeros")]
    Size,
    /// The third line is not 32 bytes in base64.
    #[error("the root is not 32 bytes in base64")]
    Root,
    /// It is the checkpoint of another log.
    #[error("the checkpoint is of another log")]
    Origin,
    /// The note around it is refused.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// Why a proof file is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ProofFileError {
    /// The first line is not that of a proof file of version 1.
    #[error("not a c2sp.org/tlog-proof@v1 file")]
    Header,
    /// The line of extra data is not base64.
    #[error("the extra data is not base64")]
    Extra,
    /// The line of the index is missing, or not a number in its only decimal spelling.
    #[error("no line with an index")]
    Index,
    /// A hash is not 32 bytes in base64.
    #[error("a hash is not 32 bytes in base64")]
    Hash,
    /// There are more hashes than the highest tree has levels.
    #[error("more than {MAX_HASHES} hashes")]
    TooMany,
    /// The empty line or the checkpoint after it is missing.
    #[error("no checkpoint after an empty line")]
    NoCheckpoint,
    /// The checkpoint is refused.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The leaf is not proven.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

/// A log at a size.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// The log's name: one line, not empty.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// The root of their tree.
    pub root: Hash,
}

impl Checkpoint {
    /// The text that is signed: origin, size and root in base64, a line each.
    pub fn text(&self) -> String {
        let (origin, size) = (&self.origin, self.size);
        format!("{origin}\n{size}\n{}\n", tree::to_base64(&self.root))
    }

    /// Reads the text of a checkpoint. Extension lines are passed over.
    ///
    /// # Errors
    /// [`CheckpointError::Lines`], [`CheckpointError::Size`] or [`CheckpointError::Root`].
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let text = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        if text.split('\n').any(str::is_empty) {
            return Err(CheckpointError::Lines);
        }
        let mut lines = text.split('\n');
        let mut next = || lines.next().ok_or(CheckpointError::Lines);
        let (origin, size, root) = (next()?, next()?, next()?);
        Ok(Self {
            origin: origin.to_owned(),
            size: decimal(size).ok_or(CheckpointError::Size)?,
            root: tree::from_base64(root).ok_or(CheckpointError::Root)?,
        })
    }

    /// The whole note, with one signature line for each signer. Nothing that disagrees with it may
    /// be signed ever after.
    pub fn sign(&self, signers: &[&NoteSigner]) -> String {
        let text = self.text();
        let lines: String = signers.iter().map(|signer| signer.sign(&text)).collect();
        format!("{text}\n{lines}")
    }

    /// Checks and reads a signed checkpoint of the log `origin`. `keys` are the log's: one of them
    /// must have signed.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn open(note: &str, origin: &str, keys: &[VerifierKey]) -> Result<Self, CheckpointError> {
        let (text, _) = note::open(note, keys)?;
        let checkpoint = Self::parse(text)?;
        if checkpoint.origin == origin {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Origin)
        }
    }
}

/// The text of a proof file: that leaf `index` is in the log of this signed checkpoint.
pub fn proof_file(index: u64, proof: &[Hash], checkpoint_note: &str) -> String {
    let mut text = format!("{PROOF_HEADER}\nindex {index}\n");
    for hash in proof {
        text.push_str(&tree::to_base64(hash));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(checkpoint_note);
    text
}

/// A proof file that was read, and proves nothing before [`ProofFile::verify`] says so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProofFile {
    /// The leaf's index.
    pub index: u64,
    /// The proof of inclusion, from the leaf's sibling upwards.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint.
    pub note: String,
}

impl ProofFile {
    /// Reads a proof file. Extra data, which nobody vouches for, is passed over.
    ///
    /// # Errors
    /// [`ProofFileError`] except its last two.
    pub fn parse(text: &str) -> Result<Self, ProofFileError> {
        let (head, note) = text
            .split_once("\n\n")
            .filter(|(_, note)| !note.is_empty())
            .ok_or(ProofFileError::NoCheckpoint)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(PROOF_HEADER) {
            return Err(ProofFileError::Header);
        }
        let extra = lines.next_if(|line| line.starts_with("extra "));
        if let Some(data) = extra.and_then(|line| line.strip_prefix("extra ")) {
            STANDARD.decode(data).map_err(|_| ProofFileError::Extra)?;
        }
        let index = lines
            .next()
            .and_then(|line| line.strip_prefix("index "))
            .and_then(decimal)
            .ok_or(ProofFileError::Index)?;
        let mut hashes = Vec::new();
        for line in lines {
            if hashes.len() == MAX_HASHES {
                return Err(ProofFileError::TooMany);
            }
            hashes.push(tree::from_base64(line).ok_or(ProofFileError::Hash)?);
        }
        Ok(Self {
            index,
            hashes,
            note: note.to_owned(),
        })
    }

    /// Checks that a leaf of these exact bytes is in the log `origin`, one of whose `keys` signed
    /// the checkpoint, which is returned.
    ///
    /// # Errors
    /// [`ProofFileError::Checkpoint`] or [`ProofFileError::Proof`].
    pub fn verify(
        &self,
        leaf: &[u8],
        origin: &str,
        keys: &[VerifierKey],
    ) -> Result<Checkpoint, ProofFileError> {
        let checkpoint = Checkpoint::open(&self.note, origin, keys)?;
        let (size, leaf) = (checkpoint.size, tree::leaf_hash(leaf));
        proof::verify_inclusion(&self.hashes, self.index, size, &leaf, &checkpoint.root)?;
        Ok(checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{naive, note::tests::signer},
        *,
    };

    const ORIGIN: &str = "log.example/v1/ledger";

    fn checkpoint(size: usize) -> Checkpoint {
        Checkpoint {
            origin: ORIGIN.to_owned(),
            size: size as u64,
            root: naive::mth(&naive::leaves(size)),
        }
    }

    #[test]
    fn the_checkpoint_of_the_specification_reads_back() {
        let text =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let checkpoint = Checkpoint::parse(text).unwrap();
        assert_eq!(checkpoint.origin, "example.com/behind-the-sofa");
        assert_eq!(checkpoint.size, 20_852_163);
        assert_eq!(checkpoint.text(), text);
    }

    #[test]
    fn the_empty_log_has_a_checkpoint() {
        let text = checkpoint(0).text();
        assert_eq!(
            text,
            format!("{ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
        );
        assert_eq!(Checkpoint::parse(&text), Ok(checkpoint(0)));
    }

    #[test]
    fn extension_lines_are_passed_over() {
        let text = format!("{}extension 1\n— x\n", checkpoint(3).text());
        assert_eq!(Checkpoint::parse(&text), Ok(checkpoint(3)));
    }

    #[test]
    fn a_text_with_a_mistake_is_refused() {
        let good = checkpoint(10).text();
        for (old, new, error) in [
            ("\n10\n", "\n010\n", CheckpointError::Size),
            ("\n10\n", "\n+10\n", CheckpointError::Size),
            ("\n10\n", "\n1e1\n", CheckpointError::Size),
            ("\n10\n", "\n10 \n", CheckpointError::Size),
            ("\n10\n", "\n18446744073709551616\n", CheckpointError::Size),
            ("\n10\n", "\n\n", CheckpointError::Lines),
            ("\n10\n", "\n", CheckpointError::Lines),
            ("=\n", "=", CheckpointError::Lines),
            ("=\n", "\n", CheckpointError::Root),
            ("=\n", "=\n\n", CheckpointError::Lines),
            ("=\n", "=\n\nextension\n", CheckpointError::Lines),
            (ORIGIN, "", CheckpointError::Lines),
        ] {
            let text = good.replace(old, new);
            assert_eq!(Checkpoint::parse(&text), Err(error), "{text:?}");
        }
        assert_eq!(Checkpoint::parse(""), Err(CheckpointError::Lines));
        assert_eq!(Checkpoint::parse("a\n1\n"), Err(CheckpointError::Lines));
    }

    #[test]
    fn a_signed_checkpoint_opens_for_its_log_and_keys_only() {
        let (old, new) = (signer(ORIGIN, &[1; 32]), signer(ORIGIN, &[2; 32]));
        let note = checkpoint(5).sign(&[&new, &old]);
        assert_eq!(note.matches("\n— ").count(), 2);
        let open = |origin, key| Checkpoint::open(&note, origin, &[key]);
        assert_eq!(open(ORIGIN, old.verifier()), Ok(checkpoint(5)));
        assert_eq!(open(ORIGIN, new.verifier()), Ok(checkpoint(5)));
        assert_eq!(
            open("other.example", old.verifier()),
            Err(CheckpointError::Origin)
        );
        let other = signer(ORIGIN, &[3; 32]).verifier();
        assert_eq!(
            open(ORIGIN, other),
            Err(CheckpointError::Note(NoteError::Unsigned))
        );
        let forged = note.replace("\n5\n", "\n6\n");
        assert_eq!(
            Checkpoint::open(&forged, ORIGIN, &[old.verifier()]),
            Err(CheckpointError::Note(NoteError::Signature))
        );
    }

    #[test]
    fn a_proof_file_proves_its_leaf_and_no_other() {
        let signer = signer(ORIGIN, &[1; 32]);
        let keys = [signer.verifier()];
        let (size, leaves) = (300, naive::leaves(300));
        let note = checkpoint(size).sign(&[&signer]);
        let Ok(proof) = proof::inclusion(&naive::Levels::new(leaves), 77, size as u64);
        let text = proof_file(77, &proof, &note);
        let file = ProofFile::parse(&text).unwrap();
        assert_eq!((file.index, &file.hashes, &file.note), (77, &proof, &note));
        assert_eq!(
            file.verify(&naive::leaf(77), ORIGIN, &keys),
            Ok(checkpoint(size))
        );
        assert_eq!(
            file.verify(&naive::leaf(78), ORIGIN, &keys),
            Err(ProofFileError::Proof(ProofError::Root))
        );
        assert_eq!(
            file.verify(&naive::leaf(77), "other.example", &keys),
            Err(ProofFileError::Checkpoint(CheckpointError::Origin))
        );
    }

    #[test]
    fn a_proof_file_is_the_text_of_the_specification() {
        assert_eq!(
            proof_file(73894, &[[0; 32]], "note\n"),
            format!(
                "{PROOF_HEADER}\nindex 73894\n{}\n\nnote\n",
                tree::to_base64(&[0; 32])
            )
        );
        let single = proof_file(0, &[], "note\n");
        assert_eq!(single, format!("{PROOF_HEADER}\nindex 0\n\nnote\n"));
        let with_extra = single.replace("index", "extra AAECAw==\nindex");
        for text in [single, with_extra] {
            let file = ProofFile {
                index: 0,
                hashes: vec![],
                note: String::from("note\n"),
            };
            assert_eq!(ProofFile::parse(&text), Ok(file), "{text}");
        }
    }

    #[test]
    fn a_proof_file_with_a_mistake_is_refused() {
        let good = proof_file(12, &[[9; 32]], "note\n");
        let hash = tree::to_base64(&[9; 32]);
        let many = format!("{hash}\n").repeat(MAX_HASHES) + &hash;
        for (old, new, error) in [
            ("@v1", "@v2", ProofFileError::Header),
            ("c2sp", " c2sp", ProofFileError::Header),
            ("index 12", "index 012", ProofFileError::Index),
            ("index 12", "index", ProofFileError::Index),
            ("index 12\n", "", ProofFileError::Index),
            ("index 12", "index 12\nextra AA==", ProofFileError::Hash),
            ("index 12", "extra A\nindex 12", ProofFileError::Extra),
            (
                "index 12",
                "extra AA==\nextra AA==\nindex 12",
                ProofFileError::Index,
            ),
            (&hash, &hash[1..], ProofFileError::Hash),
            (&hash, &many, ProofFileError::TooMany),
            ("\n\nnote\n", "\n", ProofFileError::NoCheckpoint),
            ("note\n", "", ProofFileError::NoCheckpoint),
        ] {
            let text = good.replace(old, new);
            assert_eq!(ProofFile::parse(&text), Err(error), "{text}");
        }
        assert_eq!(ProofFile::parse(""), Err(ProofFileError::NoCheckpoint));
    }
}
