use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::FakeRelativeClock;

use super::{Buckets, TAKES_PER_SWEEP, anonymous_key};

fn buckets(per_minute: u32, burst: u32) -> (Buckets<u32, FakeRelativeClock>, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    (
        Buckets::with_clock(per_minute, burst, clock.clone(), 10),
        clock,
    )
}

#[test]
fn a_full_bucket_gives_its_burst_and_tells_what_is_left() {
    let (buckets, _) = buckets(1200, 2400);
    let taken = buckets.take(&1, 2000).unwrap();
    assert_eq!((taken.remaining, taken.reset_seconds), (400, 100));
    assert_eq!(buckets.take(&1, 400).unwrap().remaining, 0);
    assert_eq!(buckets.take(&1, 20).unwrap_err().retry_after_seconds, 1);
    assert_eq!(buckets.take(&1, 2000).unwrap_err().retry_after_seconds, 100);
}

#[test]
fn a_refused_request_takes_nothing() {
    let (buckets, _) = buckets(60, 10);
    buckets.take(&1, 6).unwrap();
    assert!(buckets.take(&1, 5).is_err());
    assert_eq!(buckets.take(&1, 4).unwrap().remaining, 0);
}

#[test]
fn who_waits_as_told_is_let_through() {
    let (buckets, clock) = buckets(60, 10);
    buckets.take(&1, 10).unwrap();
    let refused = buckets.take(&1, 3).unwrap_err();
    clock.advance(Duration::from_secs(refused.retry_after_seconds));
    assert!(buckets.take(&1, 3).is_ok());
}

#[test]
fn keys_do_not_share_a_bucket() {
    let (buckets, _) = buckets(60, 1);
    buckets.take(&1, 1).unwrap();
    assert!(buckets.take(&1, 1).is_err());
    assert!(buckets.take(&2, 1).is_ok());
}

#[test]
fn more_than_a_bucket_holds_never_passes() {
    let (buckets, clock) = buckets(60, 10);
    assert_eq!(buckets.take(&1, 11).unwrap_err().retry_after_seconds, 10);
    clock.advance(Duration::from_secs(1000));
    assert!(buckets.take(&1, 11).is_err());
}

#[test]
fn the_headers_are_structured_fields_and_retry_after_is_whole_seconds() {
    let (buckets, _) = buckets(1200, 2400);
    let granted = buckets.take(&1, 20).unwrap().headers();
    assert_eq!(granted.rate_limit, "\"default\";r=2380;t=1");
    assert_eq!(granted.policy, "\"default\";q=1200;w=60;burst=2400");
    assert_eq!(granted.retry_after, None);
    buckets.take(&1, 2380).unwrap();
    let refused = buckets.take(&1, 1).unwrap_err().headers();
    assert_eq!(refused.rate_limit, "\"default\";r=0;t=1");
    assert_eq!(refused.retry_after.as_deref(), Some("1"));
}

#[test]
fn full_buckets_are_forgotten_and_empty_ones_are_not() {
    let (buckets, clock) = buckets(60, 60);
    buckets.take(&1, 1).unwrap();
    buckets.take(&2, 60).unwrap();
    clock.advance(Duration::from_secs(10));
    buckets.sweep();
    assert_eq!(buckets.len(), 1);
    assert!(buckets.take(&2, 60).is_err());
}

#[test]
fn buckets_are_swept_after_so_many_takes_and_never_more_than_the_bound() {
    let (buckets, _) = buckets(60, 60);
    for key in 0..11 {
        buckets.take(&key, 60).unwrap();
    }
    for _ in 11..TAKES_PER_SWEEP {
        let _ = buckets.take(&0, 1);
    }
    assert!(buckets.len() <= 1, "{}", buckets.len());
    assert!(!buckets.is_empty());
}

#[test]
fn an_ipv6_household_is_one_client_and_each_ipv4_address_is_one() {
    let key = |text: &str| anonymous_key(text.parse::<IpAddr>().unwrap());
    assert_eq!(key("2001:db8:1:2300::1"), key("2001:db8:1:23ff:ffff::9"));
    assert_ne!(key("2001:db8:1:2300::1"), key("2001:db8:1:2400::1"));
    assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
}

#[test]
fn what_is_given_back_can_be_taken_again_and_never_more_than_a_bucket_holds() {
    let (buckets, _) = buckets(60, 100);
    let taken = buckets.take(&1, 40).unwrap();
    buckets.give_back(&1, 39);
    assert_eq!(taken.after_return(39).remaining, 99);
    assert_eq!(buckets.take(&1, 99).unwrap().remaining, 0);
    buckets.give_back(&1, 1_000);
    assert_eq!(buckets.take(&1, 100).unwrap().remaining, 0);
    assert!(buckets.take(&1, 1).is_err());
    // A bucket that was never taken from is full.
    buckets.give_back(&2, 50);
    assert_eq!(buckets.take(&2, 100).unwrap().remaining, 0);
}

#[test]
fn a_refusal_with_a_fee_costs_it_and_who_waits_as_told_is_let_through() {
    let (buckets, clock) = buckets(60, 30);
    let fee = NonZeroU32::MIN;
    buckets.take(&1, 25).unwrap();
    // Five are left, one goes for the refusal: sixteen are missing.
    let refused = buckets.take_or_fee(&1, 20, fee).unwrap_err();
    assert_eq!(refused.retry_after_seconds, 16);
    clock.advance(Duration::from_secs(refused.retry_after_seconds));
    assert_eq!(buckets.take_or_fee(&1, 20, fee).unwrap().remaining, 0);
    // An empty bucket has nothing to take, and is not overdrawn.
    for _ in 0..5 {
        assert_eq!(
            buckets
                .take_or_fee(&1, 20, fee)
                .unwrap_err()
                .retry_after_seconds,
            20
        );
    }
}

/// The figures that `config/default.toml` names: what one address can try on its first day, however it goes about it.
#[test]
fn a_scraper_tries_no_more_numbers_a_day_than_the_settings_say() {
    let limits = crate::config::Config::default().limits;
    for (cost, most) in [
        (limits.cost_no_record, 86_520),
        (limits.cost_no_record * 10, 8_652),
    ] {
        for items in [1, 7, 12] {
            let (buckets, clock) = buckets(limits.anonymous_per_minute, limits.anonymous_burst);
            let (mut tried, mut seconds) = (0, 0);
            while seconds <= 86_400 {
                match buckets.take_or_fee(&1, cost * items, NonZeroU32::MIN) {
                    Ok(_) => tried += items,
                    Err(refused) => {
                        seconds += refused.retry_after_seconds;
                        clock.advance(Duration::from_secs(refused.retry_after_seconds));
                    }
                }
            }
            assert!(tried <= most + items, "{tried} of {items} at once");
            assert!(tried > most * 9 / 10, "{tried} of {items} at once");
        }
    }
}
