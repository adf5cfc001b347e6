import { ListEnvelope } from '../envelope.dto.js';
import { TransactionBody } from './transaction-answer.dto.js';

export class FoundTransactions extends ListEnvelope {
  data!: TransactionBody[];
}
