/** The comparison could not be made to its end, so nothing is said about the books. The message is for people. */
export class CouldNotReconcile extends Error {
  override readonly name = 'CouldNotReconcile';
}
