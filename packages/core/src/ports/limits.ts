/** What no document may go beyond. */
export interface Limits {
  /** Bytes on the wire, before decompression. @default {16 MiB} */
  readonly maxWireBytes: number;
  /** Bytes of the document, after decompression. @default {32 MiB} */
  readonly maxBytes: number;
  /** Nested objects and arrays. @default {64} */
  readonly maxDepth: number;
  /** Keys of all objects and items of all arrays together. @default {1_000_000} */
  readonly maxKeys: number;
}
