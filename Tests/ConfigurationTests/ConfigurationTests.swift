import Testing

@Suite("Configuration")
struct ConfigurationTests {}
