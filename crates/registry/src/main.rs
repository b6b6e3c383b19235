//! `guildhall-registry`: reads the command line, and does what it says with the library.

mod commands;
mod configuration;
mod importing;

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    match commands::run(commands::CommandLine::parse()).await {
        Ok(code) => code,
        Err(error) => {
            commands::complain(&error);
            ExitCode::FAILURE
        }
    }
}
