/** The few pieces of the Protocol Buffers wire format that ONNX files need (protobuf.dev, "Encoding"). */

/** Collects the fields of one message. */
export interface MessageWriter {
  /** Wire type 0. Non-negative safe integers only. */
  int(field: number, value: number): MessageWriter;
  text(field: number, value: string): MessageWriter;
  /** Wire type 2: bytes or a finished inner message. */
  bytes(field: number, value: Uint8Array): MessageWriter;
  message(field: number, value: MessageWriter): MessageWriter;
  /** Wire type 5: IEEE 754 single. */
  float(field: number, value: number): MessageWriter;
  finish(): Uint8Array;
}

export function messageWriter(): MessageWriter {
  const parts: Uint8Array[] = [];
  const writer: MessageWriter = {
    int(field, value) {
      parts.push(varint(field * 8), varint(value));
      return writer;
    },
    text: (field, value) => writer.bytes(field, new TextEncoder().encode(value)),
    bytes(field, value) {
      parts.push(varint(field * 8 + 2), varint(value.length), value);
      return writer;
    },
    message: (field, value) => writer.bytes(field, value.finish()),
    float(field, value) {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setFloat32(0, value, true);
      parts.push(varint(field * 8 + 5), bytes);
      return writer;
    },
    finish: () => new Uint8Array(Buffer.concat(parts)),
  };
  return writer;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  while (value >= 128) {
    bytes.push((value % 128) + 128);
    value = Math.floor(value / 128);
  }
  bytes.push(value);
  return Uint8Array.from(bytes);
}

export interface Field {
  field: number;
  /** Varints as numbers; fixed 32- and 64-bit fields and length-delimited ones as their bytes. */
  value: number | Uint8Array;
}

/** The fields of one message in file order. Throws `RangeError` when the bytes end early or use groups. */
export function readMessage(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  function take(length: number): Uint8Array {
    if (at + length > bytes.length)
      throw new RangeError(`protobuf message ends ${at + length - bytes.length} bytes early`);
    at += length;
    return bytes.subarray(at - length, at);
  }
  function number(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = take(1)[0]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError(`varint longer than 10 bytes at ${at}`);
  }
  while (at < bytes.length) {
    const key = number();
    const field = Math.floor(key / 8);
    const wire = key % 8;
    if (wire === 0) fields.push({ field, value: number() });
    else if (wire === 1) fields.push({ field, value: take(8) });
    else if (wire === 2) fields.push({ field, value: take(number()) });
    else if (wire === 5) fields.push({ field, value: take(4) });
    else throw new RangeError(`protobuf wire type ${wire} at ${at}`);
  }
  return fields;
}
