// Asking the program that serves the explorer's page.

/** What the program refused, in its words. */
interface Refusal {
  error?: string;
  found?: string;
  expected?: string;
  hint?: string;
}

function wordsOf({ error, found, expected, hint }: Refusal): string {
  const parts = [error ?? "the program refused", found && `found: ${found}`, expected && `expected: ${expected}`, hint];
  return parts.filter(Boolean).join("; ");
}

export class Api {
  private readonly token = new URLSearchParams(location.search).get("token");

  get<Answer>(path: string, parameters: Record<string, string> = {}): Promise<Answer> {
    const search = new URLSearchParams(parameters).toString();
    return this.ask(search ? `${path}?${search}` : path, {});
  }

  post<Answer>(path: string, sent: unknown): Promise<Answer> {
    return this.ask(path, { method: "POST", body: JSON.stringify(sent), headers: { "Content-Type": "application/json" } });
  }

  private async ask<Answer>(path: string, request: RequestInit): Promise<Answer> {
    const headers = new Headers(request.headers);
    if (this.token) headers.set("X-Mixvae-Token", this.token);
    let response: Response;
    try {
      response = await fetch(path, { ...request, headers });
    } catch {
      throw new Error("the program that serves this page has ended");
    }
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(wordsOf(answer as Refusal));
    return answer as Answer;
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs one piece of work at a time, and of those that came meanwhile only the latest. */
export class Latest {
  private running = false;
  private waiting: (() => Promise<void>) | null = null;

  async run(work: () => Promise<void>): Promise<void> {
    this.waiting = work;
    if (this.running) return;
    this.running = true;
    while (this.waiting) {
      const next: () => Promise<void> = this.waiting;
      this.waiting = null;
      await next();
    }
    this.running = false;
  }
}
