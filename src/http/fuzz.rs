//! Trials of headers and bodies: whose a request is follows from what trusted proxies say, whatever a stranger writes.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::{
    FromRequest,
    dev::Payload,
    http::header::{FORWARDED, HeaderName, HeaderValue, IF_MATCH},
    test::TestRequest,
};
use serde::{Deserialize, Serialize};

use super::{
    client_address,
    coding::{Coding, Unpacked},
    extract,
    if_match::IfMatch,
};
use crate::{config::cidr::Cidr, present::json::IdentifierInput};

const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What a stranger writes into both headers, a line break between them, before a trusted proxy adds his address to one.
pub(crate) fn forwarded(bytes: &[u8]) {
    let trusted: Vec<Cidr> = "10.0.0.0/8".parse().into_iter().collect();
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(bytes.len());
    let (first, second) = bytes.split_at(end);
    let second = second.get(1..).unwrap_or_default();
    let strangers = [first, second].map(|bytes| HeaderValue::from_bytes(bytes).ok());
    let [one, other] = strangers;
    for (proxys, others, says) in [
        (X_FORWARDED_FOR, FORWARDED, CLIENT.to_string()),
        (
            FORWARDED,
            X_FORWARDED_FOR,
            format!("for={CLIENT};proto=https"),
        ),
    ] {
        let joined = one.iter().flat_map(|one| [one.as_bytes(), b", "].concat());
        let added: Vec<u8> = joined.chain(says.bytes()).collect();
        let mut request = TestRequest::default().peer_addr(SocketAddr::from((PROXY, 80)));
        if let Ok(added) = HeaderValue::from_bytes(&added) {
            request = request.insert_header((proxys, added));
        }
        if let Some(other) = &other {
            request = request.insert_header((others, other.clone()));
        }
        let address = client_address::of(&request.to_http_request(), &trusted);
        assert!(address == CLIENT || address == PROXY, "he names himself");
    }
    // Without a proxy nothing of it is believed.
    let mut request = TestRequest::default().peer_addr(SocketAddr::from((CLIENT, 80)));
    for (name, value) in [X_FORWARDED_FOR, FORWARDED].into_iter().zip([&one, &other]) {
        if let Some(value) = value {
            request = request.insert_header((name, value.clone()));
        }
    }
    assert_eq!(
        client_address::of(&request.to_http_request(), &trusted),
        CLIENT
    );
}

/// `If-Match`, and the cursor and limit of a query.
pub(crate) fn query(bytes: &[u8]) {
    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Page {
        after: u64,
        limit: Option<usize>,
        wait: Option<u64>,
    }
    let mut request = TestRequest::default();
    if let Ok(value) = HeaderValue::from_bytes(bytes) {
        request = request.insert_header((IF_MATCH, value));
        let read = IfMatch::from_request(&request.to_http_request(), &mut Payload::None);
        let version = read.into_inner().ok().and_then(|read| read.0).unwrap_or(0);
        let tag = format!("\"{version}\"");
        assert!(version == 0 || bytes.trim_ascii() == tag.as_bytes());
    }
    let text: String = String::from_utf8_lossy(bytes)
        .chars()
        .filter(|c| c.is_ascii_graphic())
        .collect();
    let text = text.replace('#', "");
    let Ok(uri) = format!("/v1/feed/changes?{text}").parse::<actix_web::http::Uri>() else {
        return;
    };
    let request = TestRequest::default()
        .uri(&uri.to_string())
        .to_http_request();
    match extract::Query::<Page>::from_request(&request, &mut Payload::None).into_inner() {
        Ok(extract::Query(page)) => {
            let written = serde_urlencoded::to_string(&page).unwrap_or_default();
            let again = serde_urlencoded::from_str::<Page>(&written);
            assert!(
                again.is_ok_and(|again| again.after == page.after && again.limit == page.limit)
            );
        }
        Err(refused) => assert!(format!("{refused:?}").len() < 1_000),
    }
}

/// A packed body: never more than is allowed, and nothing behind it.
pub(crate) fn packed(bytes: &[u8]) {
    const MOST: usize = 40_000;
    for coding in [Coding::Gzip, Coding::Zstd] {
        let mut come = 0;
        let unpacked = coding.unpack(bytes, MOST, |piece| {
            come += piece.len();
            Ok(())
        });
        assert!(come <= MOST);
        if unpacked.is_ok_and(|unpacked| unpacked == Unpacked::Whole) {
            let behind = [bytes, b"x"].concat();
            assert!(coding.unpack(&behind, MOST, |_| Ok(())).is_err());
        }
    }
}

/// A JSON body that names an identifier.
pub(crate) fn json(bytes: &[u8]) {
    match extract::parse_json::<IdentifierInput>(bytes) {
        Ok(input) => {
            let written = serde_json::to_vec(&input).unwrap_or_default();
            assert!(
                extract::parse_json::<IdentifierInput>(&written).is_ok_and(|again| again == input)
            );
            let behind = [bytes, b"1"].concat();
            assert!(extract::parse_json::<IdentifierInput>(&behind).is_err());
            if let Ok(Ok(identifier)) = input.read() {
                crate::domain::fuzz::has_one_form(&identifier);
            }
        }
        Err(refused) => assert!(format!("{refused:?}").len() < 2_000),
    }
}
