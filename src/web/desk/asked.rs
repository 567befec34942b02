//! How a queue was asked for: in an address, and handed on from one proposal to the next.

use crate::{
    domain::{identifier::Kind, method::MethodId},
    registry::queue::{Order, Wanted},
    web::forms::Fields,
};

/// How the queue is sorted and filtered, as addresses say it: nothing of that tells whom a proposal is about.
#[derive(Clone, Default)]
pub(super) struct Asked {
    pub(super) order: &'static str,
    pub(super) method: &'static str,
    pub(super) kind: &'static str,
    pub(super) only: &'static str,
}

const ORDERS: [(&str, Order); 4] = [
    ("oldest", Order::Oldest),
    ("newest", Order::Newest),
    ("method", Order::Method),
    ("unit", Order::Unit),
];

impl Asked {
    /// Of an address or a form; what is not known counts as not said.
    pub(super) fn of(fields: &Fields) -> Self {
        let order = ORDERS
            .into_iter()
            .find(|(word, _)| *word == fields.get("order"));
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == fields.get("kind"));
        let method = MethodId::parse(fields.get("method"));
        let only = ["doubtful", "plain"]
            .into_iter()
            .find(|word| *word == fields.get("only"));
        Self {
            order: order.map_or(ORDERS[0].0, |(word, _)| word),
            method: method.map_or("", MethodId::slug),
            kind: kind.map_or("", Kind::as_str),
            only: only.unwrap_or_default(),
        }
    }

    /// The same as an address has it.
    pub(super) fn query(&self) -> String {
        let Self {
            order,
            method,
            kind,
            only,
        } = self;
        format!("order={order}&method={method}&kind={kind}&only={only}")
    }

    /// Of what [`Asked::query`] gave.
    pub(super) fn parse(query: &str) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        Self::of(&Fields::from(pairs))
    }

    /// Whether it leaves any out.
    pub(super) fn is_filtered(&self) -> bool {
        !(self.method.is_empty() && self.kind.is_empty() && self.only.is_empty())
    }

    /// The same, as the registry takes it.
    pub(super) fn wanted(&self) -> Wanted {
        let order = ORDERS.into_iter().find(|(word, _)| *word == self.order);
        Wanted {
            method: MethodId::parse(self.method).ok(),
            kind: Kind::ALL
                .into_iter()
                .find(|kind| kind.as_str() == self.kind),
            doubtful: match self.only {
                "doubtful" => Some(true),
                "plain" => Some(false),
                _ => None,
            },
            order: order.map(|(_, order)| order).unwrap_or_default(),
        }
    }
}
