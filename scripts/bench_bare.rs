//! What the framework gives at most: a server of it that reads a question's JSON, answers with bytes that were given to it, and
//! does nothing else. scripts/bench measures checks against it.
//!
//!     bench_bare ADDRESS FILE     (FILE: the answer; routes: POST /v1/check)

use std::{env, error::Error, fs, io};

use actix_web::{
    App, HttpResponse, HttpServer,
    web::{self, Bytes, Data, Json},
};
use serde::Deserialize;

/// A question, as simple clients ask it.
#[derive(Deserialize)]
struct Question {
    q: String,
}

async fn answer(question: Json<Question>, answer: Data<Bytes>) -> HttpResponse {
    if question.q.is_empty() {
        return HttpResponse::BadRequest().finish();
    }
    let answer = Bytes::clone(&answer);
    HttpResponse::Ok()
        .content_type("application/json")
        .body(answer)
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, file] = arguments.as_slice() else {
        return Err(io::Error::other("give an address and a file with the answer").into());
    };
    let bytes = Data::new(Bytes::from(fs::read(file)?));
    let app = move || {
        App::new()
            .app_data(bytes.clone())
            .route("/v1/check", web::post().to(answer))
    };
    let server = HttpServer::new(app).bind(address)?;
    println!("http://{address}");
    server.run().await?;
    Ok(())
}
