// Go, as client/ERRORS.md shows it: `go run read_error.go ADDRESS`.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
)

// [snippet]
func report(err error) []string {
	answer := status.Convert(err)
	reason, lines := "", []string{}
	for _, detail := range answer.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			reason = detail.Reason
		case *errdetails.BadRequest:
			for _, field := range detail.FieldViolations {
				lines = append(lines, field.Field+": "+field.Description)
			}
		case *errdetails.RetryInfo:
			delay := detail.RetryDelay
			lines = append(lines, fmt.Sprintf("again in %g s", float64(delay.Seconds)+float64(delay.Nanos)/1e9))
		}
	}
	if reason == "" { // Not the gateway speaks.
		return []string{answer.Code().String()}
	}
	return append([]string{reason}, lines...)
}

// [snippet]

// Messages as bytes: this program needs no stubs.
type bytesCodec struct{}

func (bytesCodec) Marshal(message interface{}) ([]byte, error) { return message.([]byte), nil }
func (bytesCodec) Unmarshal(data []byte, message interface{}) error {
	*message.(*[]byte) = data
	return nil
}
func (bytesCodec) Name() string { return "proto" }

func main() {
	deadline, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	channel, err := grpc.Dial(os.Args[1], grpc.WithInsecure())
	if err != nil {
		log.Fatal(err)
	}
	emptyValues, response := []byte{0x0a, 0x00}, []byte{}
	err = channel.Invoke(deadline, "/odoo.contacts.v1.PartnerService/CreatePartner", emptyValues, &response,
		grpc.ForceCodec(bytesCodec{}))
	text, _ := json.Marshal(report(err))
	fmt.Println(string(text))
}
