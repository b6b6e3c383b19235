/** The time to a minute, so that "5 minutes ago" stays true while the window is open. */
class Clock {
  now: Date = $state.raw(new Date());

  /** Starts ticking; returns what stops it. */
  start(): () => void {
    const timer = setInterval(() => (this.now = new Date()), 60_000);
    return () => clearInterval(timer);
  }
}

export const clock = new Clock();
