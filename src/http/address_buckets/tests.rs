use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use governor::clock::FakeRelativeClock;

use super::{AddressBuckets, Buckets, Wider, customer_key};
use crate::{
    config::{Config, Limits},
    http::allowance::MAX_PARTNER_ITEMS,
};

type Fake = AddressBuckets<FakeRelativeClock>;

fn buckets(per_minute: u32, burst: u32, wider: Wider) -> (Fake, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    let buckets = AddressBuckets::with_clock(per_minute, burst, wider, &clock);
    (buckets, clock)
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// The /56 of this place in 2001:db8::/32: 256 of them are one /48.
fn household(place: u32) -> IpAddr {
    let [a, b, c, _] = (place << 8).to_be_bytes();
    ip(&format!("2001:db8:{a:02x}{b:02x}:{c:02x}00::1"))
}

const TWICE: Wider = Wider {
    customer: 2,
    provider: 3,
};

#[test]
fn a_48_and_a_32_have_buckets_of_their_own_and_ipv4_has_none() {
    let (buckets, _) = buckets(1, 10, TWICE);
    assert!(buckets.take(household(0), 10).is_ok());
    assert!(buckets.take(household(1), 10).is_ok());
    // The /48 is empty, the /32 is not.
    assert!(buckets.take(household(2), 1).is_err());
    assert!(buckets.take(household(256), 10).is_ok());
    assert!(buckets.take(household(512), 1).is_err());
    assert!(buckets.take(ip("2001:db9::1"), 10).is_ok());
    for host in 0..=9 {
        assert!(buckets.take(ip(&format!("192.0.2.{host}")), 10).is_ok());
    }
}

#[test]
fn what_a_wider_bucket_refuses_takes_the_fee_and_nothing_more() {
    let fee = NonZeroU32::MIN;
    let (buckets, clock) = buckets(1, 10, TWICE);
    for place in [0, 1, 256] {
        assert!(buckets.take_or_fee(household(place), 10, fee).is_ok());
    }
    let refused = buckets.take_or_fee(household(512), 10, fee).unwrap_err();
    assert_eq!(refused.policy.burst.get(), 30);
    clock.advance(Duration::from_secs(60));
    // Three came back to the /32; of the /56 one went for the refusal and came back meanwhile.
    assert!(buckets.take_or_fee(household(512), 4, fee).is_err());
    assert_eq!(buckets.take(household(512), 3).unwrap().remaining, 6);
}

#[test]
fn what_is_given_back_comes_back_to_each_of_the_three() {
    let (buckets, _) = buckets(1, 10, TWICE);
    for _ in 0..100 {
        buckets.take(household(0), 10).unwrap();
        buckets.give_back(household(0), 10);
    }
    for place in [0, 1, 256] {
        assert!(buckets.take(household(place), 10).is_ok(), "{place}");
    }
}

#[test]
fn a_customer_takes_turns_as_one() {
    assert_eq!(
        customer_key(household(0)),
        customer_key(ip("2001:db8:0:ffff::9"))
    );
    assert_ne!(customer_key(household(0)), customer_key(household(256)));
    assert_ne!(customer_key(ip("192.0.2.1")), customer_key(ip("192.0.2.2")));
    assert_eq!(
        customer_key(ip("::ffff:192.0.2.1")),
        customer_key(ip("192.0.2.1"))
    );
}

const DAY: u32 = 24 * 60;

/// Look-ups without a finding that pass in so many minutes, when somebody at these addresses asks whenever it is let to.
fn passed(limits: &Limits, addresses: &[IpAddr], minutes: u32) -> u32 {
    let wider = Wider {
        customer: limits.ipv6_48_times,
        provider: limits.ipv6_32_times,
    };
    let (per_minute, burst) = (limits.anonymous_per_minute, limits.anonymous_burst);
    let (buckets, clock) = buckets(per_minute, burst, wider);
    let mut passed = 0;
    for _ in 0..=minutes {
        for address in addresses {
            while buckets.take(*address, limits.cost_no_record).is_ok() {
                passed += 1;
            }
        }
        clock.advance(Duration::from_secs(60));
    }
    passed
}

#[test]
fn what_a_scraper_can_test_a_day_is_what_the_documentation_says() {
    let limits = Config::default().limits;
    let told = include_str!("../../../config/default.toml");
    let a_day = |addresses: &[IpAddr]| passed(&limits, addresses, DAY);
    let one = a_day(&[ip("192.0.2.1")]);
    assert_eq!(one, 86_520);
    assert_eq!(a_day(&[household(0)]), one);
    // Twenty households of one /48 are sixteen; of two /48 each its own.
    let customer: Vec<_> = (0..20).map(household).collect();
    assert_eq!(a_day(&customer), 16 * one);
    let two: Vec<_> = (240..272).map(household).collect();
    assert_eq!(a_day(&two), 32 * one);
    // A partner that may check asks for 10,000 at a time.
    let (rate, most) = (limits.partner_checks_per_minute, MAX_PARTNER_ITEMS);
    let clock = FakeRelativeClock::default();
    let partners = Buckets::with_clock(rate, rate, clock.clone(), 10);
    let mut checked = 0;
    for _ in 0..=DAY {
        while partners.take(&0, most).is_ok() {
            checked += most;
        }
        clock.advance(Duration::from_secs(60));
    }
    assert_eq!(checked, 86_460_000);
    // A gateway's sender.
    let (rate, burst) = (limits.sms_sender_per_minute, limits.sms_sender_burst);
    let nothing = limits.cost_no_record;
    assert_eq!(burst / nothing + rate / nothing * DAY, 2_900);
    for figure in ["86,520", "1,384,320", "22,149,120", "86,460,000", "2,900"] {
        assert!(told.contains(figure), "{figure}");
    }
    assert_eq!((16 * one, 256 * one), (1_384_320, 22_149_120));
}

#[test]
fn a_whole_provider_is_held_to_the_bucket_of_its_32() {
    let limits = Limits {
        // Smaller, so that it is soon empty: the proportions are those of the defaults.
        anonymous_burst: 120,
        anonymous_per_minute: 60,
        ..Config::default().limits
    };
    let everywhere: Vec<_> = (0..17 * 20)
        .map(|n| household(n / 20 * 256 + n % 20))
        .collect();
    // 120 ÷ 20 at once and 60 ÷ 20 a minute, 256 times: sixteen of the seventeen /48.
    assert_eq!(passed(&limits, &everywhere, 60), 256 * (6 + 3 * 60));
}
