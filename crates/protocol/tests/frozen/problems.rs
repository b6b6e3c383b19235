//! Problems, one for each code.

use guildhall_protocol::validate::{FieldCode, FieldError};
use guildhall_protocol::{Code, Problem};

use crate::records::conflict;
use crate::{frozen, frozen_in_full};

#[test]
fn each_code() {
    let problems: Vec<Problem> = Code::ALL
        .iter()
        .map(|code| Problem { request_id: "0190".into(), ..Problem::new(*code, "What went wrong") })
        .collect();
    frozen("problems", &problems);
}

#[test]
fn field_errors() {
    let codes = [
        FieldCode::Missing,
        FieldCode::NeedOrProblemMissing,
        FieldCode::TooLong,
        FieldCode::NotAnEmail,
        FieldCode::NotALink,
        FieldCode::NotADate,
        FieldCode::EndsBeforeStart,
        FieldCode::NotAllowed,
        FieldCode::ControlCharacter,
    ];
    let errors = codes.map(|code| FieldError::new("/needs/0/i_need", code, "What is wrong"));
    let problem = Problem::new(Code::ValidationFailed, "What was sent can't be taken");
    frozen("problem_validation", &Problem { errors: errors.into(), ..problem });
}

#[test]
fn a_conflict() {
    let problem = Problem::new(Code::VersionConflict, "Someone else changed the same fields");
    let errors = vec![FieldError::new("/title", FieldCode::NotAllowed, "It says something else now")];
    let request_id = "0190".to_owned();
    frozen_in_full(
        "problem_conflict",
        &Problem { request_id, errors, conflict: Some(conflict()), ..problem },
    );
}
