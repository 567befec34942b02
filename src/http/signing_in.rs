//! Signing in and enrolling, at the desk and by the API: counted, in line for a turn of hashing, then tried.

use std::net::IpAddr;

use actix_web::web;

use super::{allowance::Attempt, limits::anonymous_key, state::State};
use crate::{
    access::session_secret::Face,
    present::problem::Problem,
    registry::{
        enrolment::SecondFactor,
        sign_in::{SignIn, Started},
    },
};

/// What somebody signs in with.
pub struct Asked {
    pub face: Face,
    pub username: String,
    pub password: String,
    pub otp: String,
    /// What the device was given at earlier sign-ins.
    pub devices: Vec<String>,
}

/// Signs a person in. A device that the account is known on has limits and turns of its own, whatever else comes from its
/// address or in the account's name.
///
/// # Errors
/// 429; 503 when the line is full; as [`crate::registry::Registry::sign_in`].
pub async fn sign_in(
    state: &web::Data<State>,
    address: IpAddr,
    asked: Asked,
) -> Result<Started, Problem> {
    let tokens = asked.devices.iter().map(String::as_str);
    let device = state
        .registry
        .known_device(&asked.username, tokens, state.now())?;
    match device {
        Some(device) => state.limits.known_device(device)?,
        None => state.limits.attempt(Attempt::SignIn, address)?,
    }
    let turn = state.hashing.signing_in(address, device).await?;
    let (registry, now) = (state.registry.clone(), state.now());
    let from = registry.client_address(anonymous_key(address), now);
    State::blocking(move || {
        // The turn belongs to the work, which goes on when its client has left.
        let _turn = turn;
        let sign_in = SignIn {
            face: asked.face,
            username: &asked.username,
            password: &asked.password,
            otp: &asked.otp,
            from: &from,
            device,
        };
        registry.sign_in(&sign_in, now)
    })
    .await
}

/// Begins an enrolment that was counted.
///
/// # Errors
/// 503 when the line is full; as [`crate::registry::Registry::enrol`].
pub async fn enrol(
    state: &web::Data<State>,
    address: IpAddr,
    username: String,
    code: String,
    password: String,
) -> Result<SecondFactor, Problem> {
    let turn = state.hashing.enrolling(address).await?;
    let (registry, now) = (state.registry.clone(), state.now());
    let from = registry.client_address(anonymous_key(address), now);
    State::blocking(move || {
        let _turn = turn;
        registry.enrol(&username, &code, &password, &from, now)
    })
    .await
}
