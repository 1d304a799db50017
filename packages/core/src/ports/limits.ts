/** What no document may go beyond. */
export interface Limits {
  /** Bytes on the wire, before decompression, 1 or more. @default {16 MiB} */
  readonly maxWireBytes: number;
  /** Bytes of the document, after decompression, 1 or more. @default {32 MiB} */
  readonly maxBytes: number;
  /** Nested objects and arrays, 1 to 1 000. @default {64} */
  readonly maxDepth: number;
  /** Keys of all objects and items of all arrays together, 1 or more. @default {1_000_000} */
  readonly maxKeys: number;
}
