import Testing

@testable import Platform

@Suite("Virtual machines")
struct VirtualMachineTests {
    @Test("The time that the host took is the eighth number of the processors' line, in hundredths")
    func stolen() {
        let text = "cpu  10 20 30 40 50 60 70 123 90 100\ncpu0 1 2 3 4 5 6 7 8 9 10\n"
        #expect(StolenTime.seconds(in: text) == 1.23)
        #expect(StolenTime.seconds(in: "cpu 1 2 3\n") == nil)
        #expect(StolenTime.seconds(in: "intr 1 2 3 4 5 6 7 8 9 10\n") == nil)
        #expect(StolenTime.seconds != nil, "this machine's /proc/stat can be read")
    }

    @Test("A processor that runs under a hypervisor has the flag")
    func hypervisor() {
        #expect(!Processor.flags.isEmpty, "this machine's /proc/cpuinfo can be read")
        #expect(
            Processor.flags(in: "processor: 0\nflags\t\t: fpu vme hypervisor lahf_lm\n")
                .contains("hypervisor"))
        #expect(
            !Processor.flags(in: "flags\t\t: fpu vme\nmodel name\t: a hypervisor\n")
                .contains("hypervisor"))
    }
}
