// A wire message: int32 length of the whole, int32 requestId, int32 responseTo, int32 opCode, body.
const HEADER = 16;
const OP_MSG = 2013;
// OP_MSG's body: int32 flags, a byte saying "one document", then the document: its int32 length, then elements.
const FIRST_ELEMENT = HEADER + 4 + 1 + 4;

/** Cuts a byte stream into whole MongoDB wire messages. */
export class MongoFrames {
  private rest: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): Buffer[] {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const messages: Buffer[] = [];
    while (this.rest.length >= HEADER && this.rest.length >= this.rest.readInt32LE(0)) {
      const length = Math.max(HEADER, this.rest.readInt32LE(0));
      messages.push(this.rest.subarray(0, length));
      this.rest = this.rest.subarray(length);
    }
    return messages;
  }
}

/** Do these bytes begin the answer to that message? */
export function respondsTo(bytes: Buffer, request: Buffer): boolean {
  return bytes.length >= 12 && bytes.readInt32LE(8) === request.readInt32LE(4);
}

/** The name of the command in a message, 'insert' for one; '' when it is not an OP_MSG. */
export function commandName(message: Buffer): string {
  if (message.length <= FIRST_ELEMENT || message.readInt32LE(12) !== OP_MSG) return '';
  const end = message.indexOf(0, FIRST_ELEMENT + 1);
  return message.toString('latin1', FIRST_ELEMENT + 1, end);
}

/** A predicate: that command, with all these texts (collection, _id, field or value) somewhere in its bytes. */
export function isCommand(name: string, ...texts: string[]): (message: Buffer) => boolean {
  return (message) => commandName(message) === name && texts.every((text) => message.includes(text));
}
