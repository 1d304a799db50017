import type { JsonValue } from '@holdfast/core';
import type { PublishCondition } from './condition.ts';

/** Writes a document back to where configs are read from. */
export interface Publisher {
  /**
   * Puts a document in the place of the one that is there: a JSON value, or bytes as they are. A
   * text is refused: the text of a document is to be parsed first, or encoded.
   *
   * @throws {PublishError} `CONFLICT`, with what would change, when the condition does not hold; else `PUBLISH_FAILED`.
   */
  publish(
    document: Exclude<JsonValue, string> | Uint8Array,
    condition: PublishCondition,
  ): Promise<Published>;
  /**
   * Changes a part of the document, as a merge patch (RFC 7396): objects merge, `null` removes, all else replaces.
   *
   * @throws {PublishError} as `publish`.
   */
  patch(patch: JsonValue, condition: PublishCondition): Promise<Published>;
  /**
   * The document that is there now, with the tag to publish against.
   *
   * @throws {LoadError} when it cannot be read, or is no JSON.
   */
  read(): Promise<Current>;
  /**
   * The same of what is no JSON, such as a compact JWS: the bytes that are there now, with the tag to publish against.
   *
   * @throws {LoadError} when they cannot be read.
   */
  readBytes(): Promise<CurrentBytes>;
  /** Ends the connections that it keeps. As with loaders, whoever calls after that opens them again. */
  close(): Promise<void>;
}

/** What came of publishing. */
export interface Published {
  /** 200, 201, 204 or the like. */
  readonly status: number;
  /** Entity tag of what was published, where the origin tells it. */
  readonly etag: string | undefined;
}

/** What is there. */
export interface Current {
  /** Undefined where there is none. */
  readonly document: JsonValue | undefined;
  /** Byte for byte; undefined where the origin gives none. A weak one (`W/"…"`) is good for nothing here. */
  readonly etag: string | undefined;
}

/** What is there, as it is. */
export interface CurrentBytes {
  /** Undefined where there is no document. */
  readonly bytes: Uint8Array | undefined;
  /** As that of {@link Current}. */
  readonly etag: string | undefined;
}
