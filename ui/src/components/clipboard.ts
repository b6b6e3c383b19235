/** Puts text on the clipboard. False where the system won't: then the person marks and copies it themselves. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
