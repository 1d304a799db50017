// Stands in for the users of the tenants, who ask at the same time.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Users {
  readonly #server: Server;
  readonly #tenants: readonly string[];

  constructor(server: Server, tenants: readonly string[]) {
    this.#server = server;
    this.#tenants = tenants;
  }

  /** What each of them is answered, a line each. */
  async askAll(): Promise<string> {
    const answers = await Promise.all(this.#tenants.map((tenant) => this.#ask(tenant)));
    return `${answers.join('\n')}\n`;
  }

  /** How many different answers so many requests get. */
  async answersTo(count: number): Promise<number> {
    const asked = Array.from({ length: count }, (_, n) => this.#tenants[n % this.#tenants.length]!);
    return new Set(await Promise.all(asked.map((tenant) => this.#ask(tenant)))).size;
  }

  async #ask(tenant: string): Promise<string> {
    const { port } = this.#server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}`, { headers: { 'x-tenant': tenant } });
    return `${tenant}: ${await answer.text()}`;
  }
}
