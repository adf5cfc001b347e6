import { Injectable, type PipeTransform } from '@nestjs/common';
import { invalidRequest } from '../../../platform/common/app-error.js';

/** `pi_…` in the path; anything else is 400 before anybody is asked. */
@Injectable()
export class ProviderPaymentIdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    if (typeof value === 'string' && value.length <= 255 && /^pi_[A-Za-z0-9]+$/.test(value)) return value;
    throw invalidRequest('id must look like pi_…');
  }
}
