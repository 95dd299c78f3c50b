/// Keys that change what holds without them.
extension Block {
    /// Replaces `value` when the key is here and right.
    func update(_ value: inout Double, _ key: String, _ range: NumberRange, _ about: String) {
        let absent = NumberRange.write(value)
        if let new = number(key, range, about, isRequired: false, absent: absent) { value = new }
    }

    /// Replaces `value` when the key is here and right.
    func update(_ value: inout Int, _ key: String, _ range: ClosedRange<Int>, _ about: String) {
        if let new = integer(key, range, about, isRequired: false, absent: "\(value)") {
            value = new
        }
    }

    /// Replaces `value` when the key is here and right.
    func update(_ value: inout Bool, _ key: String, _ about: String) {
        if let new = boolean(key, about, isRequired: false, absent: "\(value)") { value = new }
    }

    /// Replaces `value` when the key is here and right.
    func update<Choice: RawRepresentable & CaseIterable>(
        _ value: inout Choice, _ key: String, _ about: String
    ) where Choice.RawValue == String {
        let absent = value.rawValue
        if let new = choice(key, Choice.self, about, isRequired: false, absent: absent) {
            value = new
        }
    }
}
