/** Names of the package's error classes; a status without its own gets the general one. */
const errorClasses: Readonly<Record<string, string>> = {
  400: "BadRequestError",
  401: "AuthenticationError",
  402: "PaymentRequiredError",
  403: "PermissionDeniedError",
  404: "NotFoundError",
  409: "ConflictError",
  413: "PayloadTooLargeError",
  415: "UnsupportedMediaTypeError",
  422: "UnprocessableContentError",
  429: "RateLimitError",
  500: "InternalServerError",
  503: "ServiceUnavailableError",
};

/** The class of an error with a status, or with one that is declared, such as `4XX` or `default`. */
export function errorClassOf(status: string): string {
  const isOfServer = Number(status.replace(/XX$/i, "00")) >= 500;
  return errorClasses[status] ?? (isOfServer ? "InternalServerError" : "RefusalError");
}
