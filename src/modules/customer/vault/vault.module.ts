import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { PublicAddress } from '../../../platform/common/public-address.js';
import { OperationsModule } from '../../../platform/operations/operations.module.js';
import { StripeModule } from '../../../platform/stripe/stripe.module.js';
import { MerchantModule } from '../../merchant/merchant.module.js';
import { ContactSender } from '../payment-method/contact-sender.js';
import { MethodAmender } from '../payment-method/method-amender.js';
import { MethodChanger } from '../payment-method/method-changer.js';
import { MethodDetacher } from '../payment-method/method-detacher.js';
import { MethodMaker } from '../payment-method/method-maker.js';
import { MethodSaver } from '../payment-method/method-saver.js';
import { PaymentMethodService } from '../payment-method/payment-method.service.js';
import { ProviderCustomers } from '../payment-method/provider-customers.js';
import { RequestFingerprints } from '../payment-method/request-fingerprints.js';
import { SaveStarter } from '../payment-method/save-starter.js';
import { SaveUndoer } from '../payment-method/save-undoer.js';
import { TwinFinder } from '../payment-method/twin-finder.js';
import { VaultAddressService } from '../address/vault-address.service.js';
import { CreateVaultCustomerService } from './create-vault-customer.service.js';
import { VaultCustomerRepository } from './vault-customer.repository.js';
import { DeleteVaultCustomerService } from './delete-vault-customer.service.js';
import { UpdateVaultCustomerService } from './update-vault-customer.service.js';
import { VAULT_CUSTOMER_MODEL, vaultCustomerSchema } from './vault-customer.schema.js';
import { VaultCustomerService } from './vault-customer.service.js';
import { VaultCustomerWithMethod } from './vault-customer-with-method.js';
import { VaultRecords } from './vault-records.js';
import { VaultRemoval } from './vault-removal.js';
import { VaultResolver } from './vault-resolver.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: VAULT_CUSTOMER_MODEL, schema: vaultCustomerSchema }]),
    MerchantModule,
    OperationsModule,
    StripeModule,
  ],
  providers: [
    ContactSender,
    CreateVaultCustomerService,
    DeleteVaultCustomerService,
    MethodAmender,
    MethodChanger,
    MethodDetacher,
    MethodMaker,
    MethodSaver,
    PaymentMethodService,
    ProviderCustomers,
    PublicAddress,
    RequestFingerprints,
    SaveStarter,
    SaveUndoer,
    TwinFinder,
    UpdateVaultCustomerService,
    VaultAddressService,
    VaultCustomerRepository,
    VaultCustomerService,
    VaultCustomerWithMethod,
    VaultRecords,
    VaultRemoval,
    VaultResolver,
  ],
  exports: [
    CreateVaultCustomerService,
    DeleteVaultCustomerService,
    PaymentMethodService,
    UpdateVaultCustomerService,
    VaultAddressService,
    VaultCustomerService,
  ],
})
export class VaultModule {}
