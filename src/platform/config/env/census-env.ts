import { IsIn, Matches } from 'class-validator';
import { List } from './values.js';

/** Orders and payment methods of persons. */
export class CensusEnv {
  @IsIn(['on', 'off'])
  CENSUS_AUTH: 'on' | 'off' = 'on';

  @List()
  @Matches(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(?::\d{1,5})?$/, {
    each: true,
    message: 'CENSUS_RETURN_HOSTS must be host names such as portal.example.org, with a port where the address has one',
  })
  CENSUS_RETURN_HOSTS: string[] = [];
}
