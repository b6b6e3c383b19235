/** How to reach whoever operates the registry, for sentences that say to. Set whenever the registry's facts are loaded. */
let contact = "";

export function setOperatorContact(known: string | null | undefined): void {
  contact = known ?? "";
}

/** Empty where the operator has not said. */
export function operatorContact(): string {
  return contact;
}
