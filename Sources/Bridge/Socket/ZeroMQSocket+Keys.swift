internal import CZeroMQ
internal import Embodiment
internal import Platform

extension ZeroMQSocket {
    /// Gives a socket its keys; before it is bound or connected.
    func set(_ protection: Protection) throws(BridgeError) {
        switch protection {
        case .open, .bare: return
        case .agent(let keys):
            try set(ZMQ_CURVE_SERVERKEY, "\(keys.bridge)")
            try set(ZMQ_CURVE_PUBLICKEY, "\(keys.own.publicKey)")
            try set(ZMQ_CURVE_SECRETKEY, keys.own.secret)
        case .bridge(let keys):
            try enable(ZMQ_CURVE_SERVER)
            try set(ZMQ_CURVE_SECRETKEY, keys.own.secret)
            try set(ZMQ_ZAP_DOMAIN, "hone")
            // Where nobody is there to ask, nobody is admitted.
            try enable(ZMQ_ZAP_ENFORCE_DOMAIN)
        }
    }

    private func enable(_ option: Int32) throws(BridgeError) {
        var isOn: Int32 = 1
        if zmq_setsockopt(socket, option, &isOn, 4) != 0 {
            throw Self.error(attempted: "encrypt", address)
        }
    }

    /// A text option with its final zero, as keys in Z85 are given.
    private func set(_ option: Int32, _ text: String) throws(BridgeError) {
        let isKey = option != ZMQ_ZAP_DOMAIN
        let count = text.utf8.count + (isKey ? 1 : 0)
        if text.withCString({ zmq_setsockopt(socket, option, $0, count) }) != 0 {
            throw Self.error(attempted: "give keys to the socket of", address)
        }
    }
}

extension ZeroMQSocket {
    /// Begins to note what becomes of connections; before the socket is connected.
    ///
    /// Only for the time of getting to know each other: libzmq waits for whoever does not look.
    func watchHandshakes() throws(BridgeError) {
        let name = "inproc://handshakes"
        let wanted =
            ZMQ_EVENT_CONNECTED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED
            | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
            | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
        guard zmq_socket_monitor(socket, name, wanted) == 0,
            let found = zmq_socket(context, ZMQ_PAIR)
        else { throw Self.error(attempted: "watch the connection to", address) }
        monitor = found
        var linger: Int32 = 0
        guard zmq_setsockopt(found, ZMQ_LINGER, &linger, 4) == 0, zmq_connect(found, name) == 0
        else { throw Self.error(attempted: "watch the connection to", address) }
    }

    /// Notes nothing any more; again is harmless.
    func endWatching() {
        guard let monitor else { return }
        zmq_socket_monitor(socket, nil, 0)
        zmq_close(monitor)
        self.monitor = nil
    }

    /// The next event, oldest first; nil when there is none in time, or nobody watches.
    func nextHandshake(timeout: Duration) throws(BridgeError) -> HandshakeEvent? {
        guard let monitor else { return nil }
        let deadline = clock.now + timeout
        while true {
            var item = zmq_pollitem_t(socket: monitor, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
            let left = max(.zero, deadline - clock.now)
            let count = zmq_poll(&item, 1, Int(Self.milliseconds(left)))
            if count == 0 { return nil }
            if count > 0, let event = Self.readEvent(of: monitor) { return event }
        }
    }

    /// One event: a frame of its number and value, in the machine's order, and a frame of the address.
    private static func readEvent(of monitor: UnsafeMutableRawPointer) -> HandshakeEvent? {
        var frame = [UInt8](repeating: 0, count: 6)
        var rest = [UInt8](repeating: 0, count: 256)
        guard zmq_recv(monitor, &frame, frame.count, ZMQ_DONTWAIT) == 6 else { return nil }
        _ = zmq_recv(monitor, &rest, rest.count, ZMQ_DONTWAIT)
        let (number, value) = frame.withUnsafeBytes {
            (
                Int32($0.loadUnaligned(fromByteOffset: 0, as: UInt16.self)),
                $0.loadUnaligned(fromByteOffset: 2, as: UInt32.self)
            )
        }
        switch number {
        case ZMQ_EVENT_CONNECTED: return .connected
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: return .admitted
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: return .keyRefused
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
        where value == UInt32(ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH):
            return .otherProtection
        default: return .brokenOff
        }
    }
}
