/* The descriptor set of proto/, as made by protoc. */
    .section .rodata
    .global gateway_contracts_begin
    .global gateway_contracts_end
    .balign 16
gateway_contracts_begin:
    .incbin GATEWAY_CONTRACTS_FILE
gateway_contracts_end:
    .section .note.GNU-stack,"",%progbits
