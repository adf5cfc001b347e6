import { IsIn } from 'class-validator';

/** Orders and payment methods of persons. */
export class CensusEnv {
  @IsIn(['on', 'off'])
  CENSUS_AUTH: 'on' | 'off' = 'on';
}
