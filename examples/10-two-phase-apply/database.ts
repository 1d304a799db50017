// Stands in for a database: it has room for ten connections.
const ROOM = 10;

export class Pool {
  connections = 0;

  /** Opens connections up to a number, or closes those beyond it. */
  async resize(to: number): Promise<void> {
    if (to > ROOM) throw new Error(`the database has room for ${ROOM} connections`);
    this.connections = to;
  }

  async ping(): Promise<boolean> {
    return this.connections > 0;
  }
}
