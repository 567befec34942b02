//! The program: see `canhgiac --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    canhgiac::cli::main()
}
