import { ApiParam } from '@nestjs/swagger';

/** Documents the customer of the path. */
export const ApiCustomerId = () => ApiParam({ name: 'customerId', example: '952f250d-fa85-40ac-a45e-3886f98032c6' });
