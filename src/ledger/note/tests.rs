//! Notes and keys of Go's package and of the specification, and mistakes in them.

use super::*;

/// The text, keys and signatures of the documentation and tests of Go's package.
const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n";
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETER_SEED: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PETER_LINE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCH: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const ENOCH_LINE: &str = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

/// A signer whose private key is this seed (RFC 8410 §7).
pub fn signer(name: &str, seed: &[u8; 32]) -> NoteSigner {
    const PREFIX: &[u8] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
    NoteSigner::from_pkcs8(name, &[PREFIX, seed].concat()).unwrap()
}

fn key(text: &str) -> VerifierKey {
    VerifierKey::parse(text).unwrap()
}

#[test]
fn the_note_of_gos_documentation_opens() {
    let note = format!("{TEXT}\n{PETER_LINE}");
    assert_eq!(open(&note, &[key(PETER)]), Ok((TEXT, vec![0])));
    let both = format!("{note}{ENOCH_LINE}");
    assert_eq!(open(&both, &[key(PETER)]), Ok((TEXT, vec![0])));
    assert_eq!(open(&both, &[key(ENOCH)]), Ok((TEXT, vec![0])));
    assert_eq!(
        open(&both, &[key(ENOCH), key(PETER)]),
        Ok((TEXT, vec![1, 0]))
    );
    let twice = format!("{note}{PETER_LINE}");
    assert_eq!(open(&twice, &[key(PETER)]), Ok((TEXT, vec![0])));
}

#[test]
fn the_example_of_the_specification_opens() {
    let note = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    let key = key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    assert_eq!(
        open(note, &[key]),
        Ok(("This is an example message.\n", vec![0]))
    );
}

#[test]
fn signing_gives_the_line_of_gos_documentation() {
    let seed = STANDARD.decode(PETER_SEED).unwrap();
    let signer = signer("PeterNeumann", seed[1..].try_into().unwrap());
    assert_eq!(signer.verifier().to_string(), PETER);
    assert_eq!(signer.sign(TEXT), PETER_LINE);
    let signature = signer.sign_bytes(b"m");
    assert!(signer.verifier().verify(b"m", &signature));
    assert!(!signer.verifier().verify(b"n", &signature));
    assert!(!format!("{signer:?}").contains("pair"));
}

#[test]
fn a_verifier_key_reads_back() {
    for text in [PETER, ENOCH] {
        let key = key(text);
        assert_eq!(key.to_string(), text);
        assert_eq!(
            VerifierKey::new(key.name(), key.public_key()),
            Ok(key.clone())
        );
    }
    assert_eq!(key(PETER).name(), "PeterNeumann");
    assert_eq!(key(PETER).key_id(), [0xc7, 0x4f, 0x20, 0xa3]);
    // About half of them have a plus in their base64.
    for seed in 0..64 {
        let verifier = signer("log.example/v1", &[seed; 32]).verifier();
        assert_eq!(key(&verifier.to_string()), verifier);
    }
}

#[test]
fn a_verifier_key_with_a_mistake_is_refused() {
    for (old, new, error) in [
        ("c74f20a3", "c74f20a4", NoteError::KeyId),
        ("c74f20a3", "C74F20A3", NoteError::KeyId),
        ("c74f20a3", "c74f20a", NoteError::KeyId),
        ("Peter", "Pater", NoteError::KeyId),
        ("PeterNeumann", "", NoteError::Name),
        ("Peter", "Peter ", NoteError::Name),
        ("Peter", "Peter\u{a0}", NoteError::Name),
        ("Peter", "Peter\n", NoteError::Name),
        ("ARpc2", "ARpc3", NoteError::KeyId),
        ("ARpc2", "BBpc2", NoteError::KeyType),
        ("10TW", "", NoteError::Key),
        ("10TW", "10TW\n", NoteError::Key),
        ("+ARpc2", "", NoteError::Key),
        ("+", " ", NoteError::Key),
    ] {
        let text = PETER.replace(old, new);
        assert_eq!(VerifierKey::parse(&text), Err(error), "{text}");
    }
    assert_eq!(VerifierKey::parse(""), Err(NoteError::Key));
    assert_eq!(VerifierKey::new("a+b", &[0; 32]), Err(NoteError::Name));
    let refused = NoteSigner::from_pkcs8("a", b"").map(|_| ());
    assert_eq!(refused, Err(NoteError::PrivateKey));
}

#[test]
fn a_note_with_a_mistake_is_refused() {
    let note = format!("{TEXT}\n{PETER_LINE}");
    for (old, new, error) in [
        ("answer", "question", NoteError::Signature),
        ("x08go/ZJ", "x08go/ZK", NoteError::Signature),
        ("x08go/ZJ", "x08gp/ZJ", NoteError::Unsigned),
        ("— Peter", "— Pater", NoteError::Unsigned),
        ("— ", "- ", NoteError::Malformed),
        ("— PeterNeumann", "— Peter Neumann", NoteError::Malformed),
        ("— PeterNeumann", "— Peter+Neumann", NoteError::Malformed),
        ("— PeterNeumann", "— ", NoteError::Malformed),
        ("\n\n", "\n", NoteError::Malformed),
        ("AM=\n", "AM=", NoteError::Malformed),
        ("AM=\n", "AN=\n", NoteError::Malformed),
        ("AM=\n", "AM=\n\n", NoteError::Malformed),
        ("AM=\n", "AM=\r\n", NoteError::Malformed),
        ("answer", "\tanswer", NoteError::Malformed),
        ("x08go/ZJ", "", NoteError::Unsigned),
    ] {
        let note = note.replace(old, new);
        assert_eq!(open(&note, &[key(PETER)]), Err(error), "{note:?}");
    }
    assert_eq!(open(&note, &[key(ENOCH)]), Err(NoteError::Unsigned));
    assert_eq!(open(&note, &[]), Err(NoteError::Unsigned));
    assert_eq!(open("", &[key(PETER)]), Err(NoteError::Malformed));
    assert_eq!(open("\n\n", &[key(PETER)]), Err(NoteError::Malformed));
    let short = format!("{TEXT}\n— PeterNeumann x08gow==\n");
    assert_eq!(open(&short, &[key(PETER)]), Err(NoteError::Malformed));
}

#[test]
fn a_wrong_signature_of_a_known_key_spoils_the_note_and_too_many_are_not_read() {
    let wrong = ENOCH_LINE.replace("rwz+eBzm", "rwz+eBzn");
    let note = format!("{TEXT}\n{PETER_LINE}{wrong}");
    let keys = [key(PETER), key(ENOCH)];
    assert_eq!(open(&note, &keys), Err(NoteError::Signature));
    assert_eq!(open(&note, &keys[..1]), Ok((TEXT, vec![0])));
    let lines = |count| format!("{TEXT}\n{}{PETER_LINE}", ENOCH_LINE.repeat(count));
    assert!(open(&lines(MAX_SIGNATURES - 1), &keys[..1]).is_ok());
    assert_eq!(
        open(&lines(MAX_SIGNATURES), &keys[..1]),
        Err(NoteError::TooMany)
    );
}

#[test]
fn the_last_empty_line_parts_text_and_signatures() {
    let signer = signer("log.example", &[7; 32]);
    let text = "one\n\ntwo\n";
    let note = format!("{text}\n{}", signer.sign(text));
    assert_eq!(open(&note, &[signer.verifier()]), Ok((text, vec![0])));
}
