// A gRPC server with the health service that grpc-go brings along. Each line that it reads, SERVICE STATUS, sets the status of a service
// ("SERVING", "NOT_SERVING"); the server as a whole goes by the name "server".
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"os"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	statuses := health.NewServer()
	server := grpc.NewServer()
	healthpb.RegisterHealthServer(server, statuses)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go obey(statuses)
	log.Fatal(server.Serve(listener))
}

// Ends the program when there is nobody left to obey.
func obey(statuses *health.Server) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		service, status, _ := strings.Cut(lines.Text(), " ")
		if service == "server" {
			service = ""
		}
		statuses.SetServingStatus(service, healthpb.HealthCheckResponse_ServingStatus(healthpb.HealthCheckResponse_ServingStatus_value[status]))
		fmt.Println(lines.Text())
	}
	os.Exit(0)
}
