/** Limits that the contract declares and nothing enforces in these tests today, and why not. */
export const notEnforced: readonly { readonly what: string; readonly where: RegExp; readonly why: string }[] =
  [
    {
      what: "how many requests in how much time",
      where: /^#\/(x-rate-limits\/.+|x-rate-limit|paths\/.+\/x-rate-limit)$/,
      why: "The mock server keeps no state and the client does not count; the API alone enforces it.",
    },
    {
      what: "how many jobs at a time",
      where: /^#\/x-plans\/plans\/\d+\/concurrency$/,
      why: "Only who knows the plan of a key and its running jobs can tell.",
    },
    {
      what: "how long media may last by the plan, and how many jobs it has a month",
      where: /^#\/x-plans\/plans\/\d+\/(maxSeconds|jobsPerMonth)$/,
      why: "Only who knows the plan of a key, its media and its jobs can tell.",
    },
    {
      what: "what a plan must have",
      where: /\/x-requires-feature$/,
      why: "Only who knows the plan of a key can tell.",
    },
    {
      what: "how long media may last",
      where: /\/x-max-seconds$/,
      why: "It takes the media themselves, which neither side opens.",
    },
    {
      what: "what is inside a JSON part of a form",
      where: /\/requestBody\/.+\/contentSchema\//,
      why: "To the mock server such a part is plain text, and the client leaves judging contents to the API.",
    },
    {
      what: "what is inside a line of a file",
      where: /\/x-item-schema\/schema\//,
      why: "To the mock server the file is plain text; the client checks that each line is JSON, no more.",
    },
    {
      what: "what an answer may hold",
      where: /^#\/paths\/.+\/responses\//,
      why: "Binds the API, not the caller. Every answer in these tests is held against its schema.",
    },
    {
      what: "what a webhook may deliver",
      where: /^#\/webhooks\//,
      why: "Binds the API, and nothing receives webhooks yet.",
    },
  ];
