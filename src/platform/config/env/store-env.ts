import { IsIn, IsOptional, IsString, Matches, ValidateBy } from 'class-validator';
import { isStoreAddress, namesPossibleDatabase } from '../../database/store-address.js';
import { Duration } from './values.js';

/** MongoDB, or the store that comes with the product. */
export class StoreEnv {
  @IsOptional()
  @Matches(/^mongodb(\+srv)?:\/\/\S+$/, { message: 'MONGODB_URI must be a mongodb:// or mongodb+srv:// address' })
  @ValidateBy({
    name: 'isStoreAddress',
    validator: {
      validate: (value) => !/^mongodb(\+srv)?:/.test(String(value)) || isStoreAddress(value),
      defaultMessage: () =>
        'MONGODB_URI is no address that the MongoDB driver can read; is its password percent-encoded?',
    },
  })
  @ValidateBy({
    name: 'namesPossibleDatabase',
    validator: {
      validate: (value) => !isStoreAddress(value) || namesPossibleDatabase(String(value)),
      defaultMessage: () =>
        'MONGODB_URI names a database that MongoDB cannot have: blanks and . $ / \\ " are forbidden, 63 bytes the longest',
    },
  })
  MONGODB_URI?: string = undefined;

  @IsOptional()
  @IsIn(['mongod', 'secantus'])
  EMBEDDED_MONGO?: 'mongod' | 'secantus' = undefined;

  @IsOptional()
  @IsString()
  MONGODB_BINARY?: string = undefined;

  @Duration()
  MONGODB_SERVER_SELECTION_TIMEOUT: number = 2_000;

  @Duration()
  STORE_CHECK_INTERVAL: number = 60_000;
}
