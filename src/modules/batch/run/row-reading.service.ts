import { Injectable } from '@nestjs/common';
import type { CsvRow } from '../file/csv-rows.js';
import type { RowDraft } from '../record/file-batch.types.js';

export interface RowReader {
  /**
   * Reads a row by the rules of the language that the file is written in. What is wrong with it is in the answer, never thrown.
   * @param address of the client who uploaded it
   */
  read(values: CsvRow['values'], address: string): Promise<RowDraft>;
}

/** Holds what reads rows. Which values a field takes is a rule of the language, which stands above this module. */
@Injectable()
export class RowReading {
  private reader: RowReader | undefined;

  use(reader: RowReader): void {
    this.reader = reader;
  }

  read(values: CsvRow['values'], address: string): Promise<RowDraft> {
    if (this.reader === undefined) throw new Error('nothing is registered that reads the rows of a file batch');
    return this.reader.read(values, address);
  }
}
