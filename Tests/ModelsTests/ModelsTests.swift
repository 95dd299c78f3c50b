import Testing

@Suite("Models")
struct ModelsTests {}
