// swift-format-ignore-file
// Written by Schemas/generate from the .proto files; do not edit.

/// Each topic's schema as the log carries it: a FileDescriptorSet, base64.
enum SchemaDescriptors {
    /// Of hone/episode.proto.
    static let episode =
        """
        CugEChJob25lL2VwaXNvZGUucHJvdG8SBGhvbmUisQEKC0VwaXNvZGVNYXJrEhgKB2VwaXNvZGUYASABKA1SB2VwaXNvZGUSEgoE\
        c2VlZBgCIAEoBlIEc2VlZBIuCgdwdXJwb3NlGAMgASgOMhQuaG9uZS5FcGlzb2RlUHVycG9zZVIHcHVycG9zZRIuCgdvdXRjb21l\
        GAQgASgOMhQuaG9uZS5FcGlzb2RlT3V0Y29tZVIHb3V0Y29tZRIUCgVzdGVwcxgFIAEoDVIFc3RlcHMihgIKDEVwaXNvZGVMYWJl\
        bBIYCgdlcGlzb2RlGAEgASgNUgdlcGlzb2RlEi4KB291dGNvbWUYAiABKA4yFC5ob25lLkVwaXNvZGVPdXRjb21lUgdvdXRjb21l\
        Eh0KCmZpcnN0X3N0ZXAYAyABKA1SCWZpcnN0U3RlcBIZCghlbmRfc3RlcBgEIAEoDVIHZW5kU3RlcBIuChNvdXRjb21lX2FzX3Jl\
        Y29yZGVkGAUgASgIUhFvdXRjb21lQXNSZWNvcmRlZBIqChFzdGVwc19hc19yZWNvcmRlZBgGIAEoCFIPc3RlcHNBc1JlY29yZGVk\
        EhYKBnJlYXNvbhgHIAEoCVIGcmVhc29uKkEKDkVwaXNvZGVQdXJwb3NlEhEKDURFTU9OU1RSQVRJT04QABIOCgpFVkFMVUFUSU9O\
        EAESDAoIVFJBSU5JTkcQAipECg5FcGlzb2RlT3V0Y29tZRILCgdSVU5OSU5HEAASCwoHU1VDQ0VTUxABEgsKB0ZBSUxVUkUQAhIL\
        CgdBQk9SVEVEEANiBnByb3RvMw==\

        """
    /// Of hone/metrics.proto.
    static let metrics =
        """
        CqMBChJob25lL21ldHJpY3MucHJvdG8SBGhvbmUiNAoGU2NhbGFyEhQKBWxhYmVsGAEgASgJUgVsYWJlbBIUCgV2YWx1ZRgCIAEo\
        AVIFdmFsdWUiSQoHTWV0cmljcxIWCgZ1cGRhdGUYASABKARSBnVwZGF0ZRImCgdzY2FsYXJzGAIgAygLMgwuaG9uZS5TY2FsYXJS\
        B3NjYWxhcnNiBnByb3RvMw==\

        """
    /// Of hone/tick.proto.
    static let tick =
        """
        CoACCg9ob25lL3RpY2sucHJvdG8SBGhvbmUi3gEKBFRpY2sSGAoHY29tbWFuZBgBIAEoBFIHY29tbWFuZBIWCgZzYW1wbGUYAiAB\
        KARSBnNhbXBsZRIYCgdlcGlzb2RlGAMgASgNUgdlcGlzb2RlEhgKB3ZlcmRpY3QYBCABKA1SB3ZlcmRpY3QSGgoIbGF0ZW5lc3MY\
        BSABKARSCGxhdGVuZXNzEhoKCHByb3Bvc2VkGAYgAygBUghwcm9wb3NlZBIcCgljb21tYW5kZWQYByADKAFSCWNvbW1hbmRlZBIa\
        CghtZWFzdXJlZBgIIAMoAVIIbWVhc3VyZWRiBnByb3RvMw==\

        """
    /// Of hone/transition.proto.
    static let transition =
        """
        CpgDChVob25lL3RyYW5zaXRpb24ucHJvdG8SBGhvbmUixgIKClRyYW5zaXRpb24SGAoHZXBpc29kZRgBIAEoDVIHZXBpc29kZRIS\
        CgRzdGVwGAIgASgNUgRzdGVwEioKBnNvdXJjZRgDIAEoDjISLmhvbmUuQWN0aW9uU291cmNlUgZzb3VyY2USJQoOcG9saWN5X3Zl\
        cnNpb24YBCABKA1SDXBvbGljeVZlcnNpb24SIAoLb2JzZXJ2YXRpb24YBSADKAJSC29ic2VydmF0aW9uEhoKCHByb3Bvc2VkGAYg\
        AygBUghwcm9wb3NlZBIaCghleGVjdXRlZBgHIAMoAVIIZXhlY3V0ZWQSFgoGcmV3YXJkGAggASgCUgZyZXdhcmQSGgoIdGVybWlu\
        YWwYCSABKAhSCHRlcm1pbmFsEikKEG5leHRfb2JzZXJ2YXRpb24YCiADKAJSD25leHRPYnNlcnZhdGlvbiooCgxBY3Rpb25Tb3Vy\
        Y2USCgoGUE9MSUNZEAASDAoIT1BFUkFUT1IQAWIGcHJvdG8z\

        """
    /// Of foxglove/log.proto.
    static let log =
        """
        Cv8BCh9nb29nbGUvcHJvdG9idWYvdGltZXN0YW1wLnByb3RvEg9nb29nbGUucHJvdG9idWYiOwoJVGltZXN0YW1wEhgKB3NlY29u\
        ZHMYASABKANSB3NlY29uZHMSFAoFbmFub3MYAiABKAVSBW5hbm9zQoUBChNjb20uZ29vZ2xlLnByb3RvYnVmQg5UaW1lc3RhbXBQ\
        cm90b1ABWjJnb29nbGUuZ29sYW5nLm9yZy9wcm90b2J1Zi90eXBlcy9rbm93bi90aW1lc3RhbXBwYvgBAaICA0dQQqoCHkdvb2ds\
        ZS5Qcm90b2J1Zi5XZWxsS25vd25UeXBlc2IGcHJvdG8zCtgCChJmb3hnbG92ZS9sb2cucHJvdG8SCGZveGdsb3ZlGh9nb29nbGUv\
        cHJvdG9idWYvdGltZXN0YW1wLnByb3RvIo4CCgNMb2cSOAoJdGltZXN0YW1wGAEgASgLMhouZ29vZ2xlLnByb3RvYnVmLlRpbWVz\
        dGFtcFIJdGltZXN0YW1wEikKBWxldmVsGAIgASgOMhMuZm94Z2xvdmUuTG9nLkxldmVsUgVsZXZlbBIYCgdtZXNzYWdlGAMgASgJ\
        UgdtZXNzYWdlEhIKBG5hbWUYBCABKAlSBG5hbWUSEgoEZmlsZRgFIAEoCVIEZmlsZRISCgRsaW5lGAYgASgHUgRsaW5lIkwKBUxl\
        dmVsEgsKB1VOS05PV04QABIJCgVERUJVRxABEggKBElORk8QAhILCgdXQVJOSU5HEAMSCQoFRVJST1IQBBIJCgVGQVRBTBAFYgZw\
        cm90bzM=\

        """
}
