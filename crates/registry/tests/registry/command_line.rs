//! The program itself, as its operators use it.

mod imports;

use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output};

use crate::program::{Serving, registry};
use crate::test_registry::SAM;

fn run(folder: &Path, words: &[&str]) -> Output {
    registry(folder, words).output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Why a command was refused: one sentence, on the last line of standard error.
fn refusal(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).lines().last().unwrap().to_owned()
}

#[cfg(unix)]
#[test]
fn serve_shuts_down_cleanly_and_logs_no_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let people = said(&run(folder.path(), &["sample"]));
    assert!(people.lines().any(|line| line.starts_with(SAM)));
    let serving = Serving::start(folder.path());
    assert!(serving.ask("GET /healthz", "").starts_with("HTTP/1.1 200"));
    let url = format!("http://{}", serving.address());
    assert_eq!(said(&run(folder.path(), &["healthcheck", "--url", &url])), "ready\n");
    assert!(
        serving.ask("POST /api/v1/auth/email/start", &format!("{{\"email\":\"{SAM}\"}}")).contains(" 200 ")
    );
    let code = said(&run(folder.path(), &["auth", "issue-code", SAM]));
    let code = code.trim_end();
    assert_eq!(code.len(), 8);
    let answer = serving
        .ask("POST /api/v1/auth/email/verify", &format!("{{\"email\":\"{SAM}\",\"code\":\"{code}\"}}"));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    // A client that waits for changes does not delay the shutdown.
    let mut waiting = TcpStream::connect(serving.address()).unwrap();
    let cursor = {
        let all = serving.ask("GET /api/v1/changes", "");
        let last = all.split("\"cursor\":\"").nth(1).unwrap();
        last.split('"').next().unwrap().to_owned()
    };
    write!(waiting, "GET /api/v1/changes?after={cursor}&wait=25 HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let log = serving.end();
    assert!(log.lines().count() >= 4, "{log}");
    for secret in [SAM, "@", code, "gha_", "ghr_", &cursor] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    for line in log.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "structured: {line}");
    }
}

#[test]
fn every_refusal_is_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["sample"]);
    for (words, says) in [
        (&["serve", "--bind", "0.0.0.0:0"][..], "use a loopback address"),
        (&["serve", "--bind", "[::]:0", "--mail", "file"], "can sign in as anyone"),
        (&["domains", "add", "x.example", "NOPE"], "There is no council with the code NOPE"),
        (&["domains", "add", "not a domain", "BCH"], "is not an email domain"),
        (&["auth", "issue-code", "nobody"], "Enter an email address"),
        (&["import", "projects", "/nowhere.csv"], "/nowhere.csv cannot be read"),
    ] {
        let refusal = refusal(&run(folder.path(), words));
        assert!(refusal.contains(says), "{words:?}: {refusal}");
    }
    let taken = Serving::start(folder.path());
    let second = run(folder.path(), &["serve", "--bind", taken.address()]);
    assert!(refusal(&second).contains("cannot listen on"));
}

#[test]
fn an_import_tells_what_it_did() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["sample"]);
    let file = folder.path().join("portfolio.csv");
    std::fs::write(&file, "Name,Council,Cost code\nLeaf blowers,Barchester,17\nLost,Atlantis,\n").unwrap();
    let file = file.to_str().unwrap();
    let output = run(folder.path(), &["import", "projects", file, "--map", "title=Name"]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "New projects can be seen by anyone on the internet. To show them to fewer people, say --visibility members \
         or councils.\n\
         New: 1. Changed: 0. Same as before: 0.\n\
         Rows left out: 1.\n\
         \x20 line 3, Council “Atlantis”: Council not found. Correct the name, give its \
         code, or use --others-under\n\
         Columns not imported (number of values): Cost code (1). To import one, name its field: --map \
         FIELD=COLUMN.\n"
    );
    let again = run(folder.path(), &["import", "projects", file, "--map", "title=Name"]);
    assert!(String::from_utf8(again.stdout).unwrap().starts_with("New: 0. Changed: 0. Same as before: 1.\n"));
}

#[test]
fn a_bad_day_from_backup_to_restore() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    run(&first, &["sample"]);
    let serving = Serving::start(&first);
    let backup = folder.path().join("backup.ndjson");
    let backup = backup.to_str().unwrap();
    assert!(said(&run(&first, &["backup", backup])).contains(" has everything up to change "));
    assert!(refusal(&run(&first, &["backup", backup])).contains("is there already"));
    drop(serving);

    assert!(said(&run(&first, &["restore", "--verify", backup])).contains("can be restored"));
    assert!(refusal(&run(&first, &["restore", backup])).contains("restore into a new folder"));
    assert!(said(&run(&second, &["restore", backup])).starts_with("Restored: "));
    assert_eq!(said(&run(&second, &["doctor"])), "No problems found.\n");
    assert!(Serving::start(&second).ask("GET /readyz", "").starts_with("HTTP/1.1 200"));
    let nobody = run(&second, &["healthcheck", "--url", "http://127.0.0.1:1"]);
    assert!(refusal(&nobody).contains("does not answer"));
}

#[test]
fn a_registry_moves_and_is_the_same_one() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let (moving, moved) = (folder.path().join("moving.ndjson"), folder.path().join("moved.ndjson"));
    let (moving, moved) = (moving.to_str().unwrap(), moved.to_str().unwrap());
    said(&run(&first, &["sample"]));
    said(&run(&first, &["export", moving]));
    assert!(said(&run(&second, &["import", "registry", moving])).starts_with("Imported: "));
    assert!(refusal(&run(&second, &["import", "registry", moving])).contains("into a new folder"));
    said(&run(&second, &["doctor"]));
    said(&run(&second, &["export", moved]));
    // All lines except the first, with the time, and the last, with the checksum.
    let rows = |file: &str| -> Vec<String> {
        let text = std::fs::read_to_string(file).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        lines[1..lines.len() - 1].iter().map(|line| (*line).to_owned()).collect()
    };
    let (before, after) = (rows(moving), rows(moved));
    assert!(before.len() > 100 && before == after, "ids, versions, numbers and the history\u{2019}s name");
}

#[test]
fn config_check_validates_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("registry.toml");
    std::fs::write(&file, "bind = \"0.0.0.0:80\"\n").unwrap();
    let check = run(folder.path(), &["--config", file.to_str().unwrap(), "config", "check"]);
    assert!(refusal(&check).contains("can sign in as anyone"));
    std::fs::write(&file, "bind = \"127.0.0.1:80\"\n").unwrap();
    let check = run(folder.path(), &["--config", file.to_str().unwrap(), "config", "check"]);
    assert!(said(&check).contains("listens on: 127.0.0.1:80\n"));
    for (says, refused) in [
        ("database_url = \"postgres://a:hunter2@db.example/c\"\n", "end the URL with ?sslmode=verify-full"),
        (
            "mail = \"smtp\"\nmail_from = \"x@y.example\"\nsmtp_url = \"smtp://a:hunter2@mail.example\"\n",
            "the mail server is on another machine",
        ),
    ] {
        std::fs::write(&file, says).unwrap();
        for command in [&["config", "check"][..], &["serve"]] {
            let words = [&["--config", file.to_str().unwrap()], command].concat();
            let refusal = refusal(&run(folder.path(), &words));
            assert!(refusal.contains(refused) && !refusal.contains("hunter2"), "{refusal}");
        }
    }
}

#[cfg(unix)]
#[test]
fn world_readable_secrets_are_reported() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let (file, secret) = (folder.path().join("registry.toml"), folder.path().join("smtp"));
    let says = "mail = \"smtp\"\nmail_from = \"x@y.example\"\nsmtp_url_file = \"smtp\"\n";
    std::fs::write(&file, says).unwrap();
    std::fs::write(&secret, "smtps://a:hunter2@mail.example").unwrap();
    for (mode, is_open) in [(0o604, true), (0o640, false)] {
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(mode)).unwrap();
        let check = run(folder.path(), &["--config", file.to_str().unwrap(), "config", "check"]);
        match is_open {
            true => assert!(
                refusal(&check).contains("smtp holds a secret, and anyone on this machine can read it")
            ),
            false => assert!(said(&check).contains("mail: a server")),
        }
    }
}

/// The app has a variable with this name, too.
#[test]
fn the_old_name_of_its_folder_is_still_read() {
    let above = tempfile::tempdir().unwrap();
    let (old, new) = (above.path().join("old"), above.path().join("new"));
    let told = |variables: &[(&str, &Path)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall-registry"));
        for name in ["GUILDHALL_DATA_DIR", "GUILDHALL_REGISTRY_DATA_DIR", "GUILDHALL_LOG"] {
            command.env_remove(name);
        }
        let output = command.args(["config", "check"]).envs(variables.iter().copied()).output().unwrap();
        (said(&output), String::from_utf8(output.stderr).unwrap())
    };
    let (folder, log) = told(&[("GUILDHALL_DATA_DIR", &old)]);
    assert!(folder.starts_with(&format!("data folder: {}\n", old.display())), "{folder}");
    assert!(log.contains("say GUILDHALL_REGISTRY_DATA_DIR"), "{log}");
    let (folder, log) = told(&[("GUILDHALL_DATA_DIR", &old), ("GUILDHALL_REGISTRY_DATA_DIR", &new)]);
    assert!(folder.starts_with(&format!("data folder: {}\n", new.display())), "{folder}");
    assert_eq!(log, "");
}

#[test]
fn the_operator_requires_and_resets_second_factors() {
    let folder = tempfile::tempdir().unwrap();
    said(&run(folder.path(), &["sample"]));
    said(&run(folder.path(), &["settings", "set", "second_factor_days", "0"]));
    said(&run(folder.path(), &["settings", "set", "second_factor", "leads"]));
    let refused = refusal(&run(folder.path(), &["settings", "set", "second_factor", "some"]));
    assert!(refused.contains("nobody, leads, editors (and leads) or everyone"), "{refused}");
    let none = said(&run(folder.path(), &["second-factor", "reset", SAM]));
    assert_eq!(none, format!("{SAM} had no second factor\n"));
    assert!(!run(folder.path(), &["second-factor", "reset", "nobody@elsewhere.example"]).status.success());
}
