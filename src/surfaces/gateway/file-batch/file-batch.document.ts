import type { OpenAPIObject } from '@nestjs/swagger';

const FILE = [
  '"transaction_type","amount","cc_number","cc_expiration","order_id"',
  '"sale","100","4111111111111111","12/30","A1001"',
  '"authorize","2599","4012000098765439","12/30","A1002"',
  '',
].join('\n');

/** Contract gateway 7.4. */
export const RESULT_EXAMPLE = [
  '"line","transaction_type","amount","order_id","status","transaction_id","response_code","response_text","masked_account"',
  '"2","sale","100","A1001","success","b7kgflt1tlv51er0fts0","100","approved","411111******1111"',
  '"3","authorize","2599","A1002","success","b7kgflt1tlv51er0ftt0","100","approved","401200******5439"',
  '',
].join('\n');

/** The two ways to send a file, which decorators cannot say: they give every content type the same schema. */
export const UPLOAD_CONTENT = {
  'multipart/form-data': {
    schema: {
      type: 'object',
      required: ['file'],
      properties: {
        file: { type: 'string', format: 'binary', description: 'The CSV file, at most 10 MB and 10,000 rows.' },
      },
    },
  },
  'text/csv': { schema: { type: 'string', description: 'The CSV file itself.' }, example: FILE },
} as const;

export function documentUpload(document: OpenAPIObject): void {
  const upload = document.paths['/api/filebatch']?.post;
  if (upload !== undefined) upload.requestBody = { required: true, content: structuredClone(UPLOAD_CONTENT) as never };
}
