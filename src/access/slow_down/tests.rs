use super::*;

fn at(seconds: i64) -> Time {
    Time::from_millis(seconds * 1000)
}

fn stranger<'a>(account: &'a str, address: &'a str) -> Try<'a> {
    Try::Stranger { account, address }
}

/// A failed try that was let in, or the wait.
fn fail(guard: &SlowDown, what: Try<'_>, now: i64) -> Result<(), u32> {
    guard
        .check(what, at(now))
        .map(|()| guard.failed(what, at(now)))
        .map_err(|wait| wait.seconds)
}

/// Tries that are let in within a day, when somebody tries whenever it is let to.
fn a_day<'a>(guard: &SlowDown, mut next: impl FnMut() -> Try<'a>) -> u32 {
    let (mut now, mut tries) = (0, 0);
    while now < FORGET_SECONDS {
        match fail(guard, next(), now) {
            Ok(()) => tries += 1,
            Err(wait) => now += i64::from(wait),
        }
    }
    tries
}

#[test]
fn after_five_failures_an_account_waits_at_the_address_twice_as_long_each_time() {
    let guard = SlowDown::new();
    let mut now = 1_000;
    for _ in 0..5 {
        assert_eq!(fail(&guard, stranger("an", "192.0.2.1"), now), Ok(()));
    }
    for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        let again = fail(&guard, stranger(" AN", "192.0.2.1"), now);
        assert_eq!(again, Err(wait));
        // Neither the account elsewhere nor another account here has to.
        assert_eq!(guard.check(stranger("an", "192.0.2.2"), at(now)), Ok(()));
        assert_eq!(guard.check(stranger("binh", "192.0.2.1"), at(now)), Ok(()));
        now += i64::from(wait);
        assert_eq!(fail(&guard, stranger("an", "192.0.2.1"), now), Ok(()));
    }
}

#[test]
fn nobody_keeps_an_officer_out_of_a_known_device_or_an_open_session() {
    let guard = SlowDown::new();
    for n in 0..1_000 {
        guard.failed(
            stranger("an", &format!("198.51.100.{}", n % 250)),
            at(n / 10),
        );
    }
    let (device, session) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert!(guard.check(stranger("an", "192.0.2.9"), at(100)).is_err());
    assert_eq!(guard.check(Try::KnownDevice(device), at(100)), Ok(()));
    assert_eq!(guard.check(Try::StepUp(session), at(100)), Ok(()));
    let enrolment = Try::Enrolment {
        account: "an",
        address: "192.0.2.9",
    };
    assert_eq!(guard.check(enrolment, at(100)), Ok(()));
}

#[test]
fn guesses_a_day_are_what_the_documentation_says() {
    let guard = SlowDown::new();
    assert_eq!(a_day(&guard, || stranger("an", "192.0.2.1")), 109);
    let addresses: Vec<String> = (0..60_000u32).map(|n| n.to_string()).collect();
    let mut each = addresses.iter();
    let everywhere = a_day(&SlowDown::new(), || {
        stranger("an", each.next().map_or("", String::as_str))
    });
    assert_eq!(everywhere, 204);
    let one = Uuid::from_u128(1);
    assert_eq!(a_day(&SlowDown::new(), || Try::KnownDevice(one)), 109);
    assert_eq!(a_day(&SlowDown::new(), || Try::StepUp(one)), 109);
}

#[test]
fn one_person_who_fails_24_times_keeps_nobody_else_of_the_office_out() {
    let guard = SlowDown::new();
    for n in 0..24 {
        guard.failed(stranger("an", "192.0.2.1"), at(n));
    }
    assert!(guard.check(stranger("an", "192.0.2.1"), at(24)).is_err());
    for n in 0..19 {
        let name = format!("officer{n}");
        for _ in 0..3 {
            assert_eq!(fail(&guard, stranger(&name, "192.0.2.1"), 24), Ok(()));
        }
    }
    // Who goes through all names waits at the sixtieth failure that counts.
    assert_eq!(fail(&guard, stranger("binh", "192.0.2.1"), 24), Err(1));
    assert_eq!(fail(&guard, stranger("binh", "192.0.2.2"), 24), Ok(()));
}

#[test]
fn a_success_takes_back_the_own_failures_and_not_those_of_others() {
    let guard = SlowDown::new();
    for n in 0..59 {
        let name = format!("victim{n}");
        assert_eq!(fail(&guard, stranger(&name, "192.0.2.1"), 0), Ok(()));
    }
    assert_eq!(fail(&guard, stranger("own", "192.0.2.1"), 0), Ok(()));
    assert_eq!(fail(&guard, stranger("victim59", "192.0.2.1"), 0), Err(1));
    // The own one is taken back; the next stranger's failure is the sixtieth again.
    guard.succeeded(stranger("own", "192.0.2.1"), at(1));
    assert_eq!(fail(&guard, stranger("victim59", "192.0.2.1"), 1), Ok(()));
    assert_eq!(fail(&guard, stranger("victim60", "192.0.2.1"), 1), Err(1));
    for _ in 0..2 {
        for _ in 0..4 {
            assert_eq!(fail(&guard, stranger("an", "192.0.2.3"), 2), Ok(()));
        }
        guard.succeeded(stranger("an", "192.0.2.3"), at(2));
    }
}

#[test]
fn who_waits_gets_one_try_at_a_time_however_many_are_sent_at_once() {
    let guard = SlowDown::new();
    for _ in 0..7 {
        guard.failed(stranger("an", "192.0.2.1"), at(0));
    }
    let again = |_: &i32| guard.check(stranger("an", "192.0.2.1"), at(60)).is_ok();
    assert_eq!((0..50).filter(again).count(), 1);
    let device = Try::KnownDevice(Uuid::from_u128(1));
    for _ in 0..7 {
        guard.failed(device, at(0));
    }
    let again = |_: &i32| guard.check(device, at(60)).is_ok();
    assert_eq!((0..50).filter(again).count(), 1);
}
