/** Two addresses of one person: what the provider vouches for, and what their account has. */
import type { Failure } from "../../../bindings";

export type EmailMismatch = Extract<Failure, { code: "address_differs" }>;
