/** The failure that the provider's email address is not the account's. It holds both. */
import type { Failure } from "../../../bindings";

export type EmailMismatch = Extract<Failure, { code: "address_differs" }>;
