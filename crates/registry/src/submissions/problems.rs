//! The refusals of a submission, as its author is given them.

use guildhall_protocol::validate::{FieldCode, FieldError};
use guildhall_protocol::{Code, Problem};

pub(crate) fn refusal(code: Code, title: &str) -> Box<Problem> {
    Box::new(Problem::new(code, title))
}

pub(crate) fn invalid(pointer: &str, detail: &str) -> Box<Problem> {
    problem_with(vec![FieldError::new(pointer, FieldCode::NotAllowed, detail)])
}

pub(crate) fn problem_with(errors: Vec<FieldError>) -> Box<Problem> {
    let mut problem = Box::new(Problem::new(Code::ValidationFailed, "The request is not valid"));
    problem.errors = errors;
    problem
}
