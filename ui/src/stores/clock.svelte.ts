/** The current time, updated every minute, so that "5 minutes ago" stays true. */
class Clock {
  now: Date = $state.raw(new Date());

  /** Starts the clock. Returns a function that stops it. */
  start(): () => void {
    const timer = setInterval(() => (this.now = new Date()), 60_000);
    return () => clearInterval(timer);
  }
}

export const clock = new Clock();
