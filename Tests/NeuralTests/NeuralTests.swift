import Testing

@Suite("Neural")
struct NeuralTests {}
