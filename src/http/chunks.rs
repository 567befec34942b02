//! Bodies that are written while they are sent.

use actix_web::web::Bytes;
use tokio::sync::mpsc;

/// A chunk of a body that is being written.
pub enum Chunk {
    Bytes(Bytes),
    /// The body is whole.
    End,
}

/// A body as it is written. When the writer stops without [`Chunk::End`], the connection is cut, so that a part
/// is never taken for the whole.
pub struct Chunks(pub mpsc::Receiver<Chunk>);

impl futures_core::Stream for Chunks {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|chunk| match chunk {
            Some(Chunk::Bytes(bytes)) => Some(Ok(bytes)),
            Some(Chunk::End) => None,
            None => Some(Err(std::io::Error::other("the body is cut"))),
        })
    }
}
