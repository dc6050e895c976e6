(name, value, options) => {
  // the options that a person has set; an empty field leaves its option to the preset
  const { [name]: _, ...others } = options ?? {};
  return value === null || value === undefined || value === "" ? others : { ...others, [name]: value };
}
