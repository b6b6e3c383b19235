//! The program as a separate process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The program with these arguments, on this folder.
pub(crate) fn registry(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall-registry"));
    command.args(words).arg("--data-dir").arg(folder).env_remove("GUILDHALL_LOG");
    command
}

/// A serving registry, which ends with the test.
pub(crate) struct Serving {
    process: Child,
    address: String,
}

impl Serving {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::by(&mut registry(folder, &[]))
    }

    /// Serves with a prepared command.
    pub(crate) fn by(program: &mut Command) -> Self {
        let mut process = program
            .args(["serve", "--bind", "127.0.0.1:0", "--mail", "file"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://127.0.0.1:").unwrap();
        Self { address: format!("127.0.0.1:{address}"), process }
    }

    /// The address it listens on.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn ask(&self, request: &str, body: &str) -> String {
        ask(&self.address, request, None, body).unwrap()
    }

    /// Kills it, as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Asks it to stop, and returns its log.
    #[cfg(unix)]
    pub(crate) fn end(mut self) -> String {
        let killed = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap();
        assert!(killed.success());
        assert!(self.process.wait().unwrap().success());
        let mut log = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
    }
}

/// Sends a request to the program at this address and returns the whole answer.
pub(crate) fn ask(address: &str, request: &str, token: Option<&str>, body: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    let signed_in = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: x\r\n{signed_in}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
